/// Plugins by somebody who means harm, or does not mean anything: the command line must survive them.
@NullMarked
package com.example.hostile;

import org.jspecify.annotations.NullMarked;
