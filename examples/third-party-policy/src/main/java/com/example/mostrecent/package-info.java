/// Evicts the block that was used last: the right order when a working set larger than the cache is read in turns, as a round over many long documents does. LRU then evicts each block
/// just before it is needed again; this policy keeps a part of the round.
@NullMarked
package com.example.mostrecent;

import org.jspecify.annotations.NullMarked;
