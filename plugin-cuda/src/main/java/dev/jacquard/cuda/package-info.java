/// The kernel backend for NVIDIA GPUs, on the driver API.
@NullMarked
package dev.jacquard.cuda;

import org.jspecify.annotations.NullMarked;
