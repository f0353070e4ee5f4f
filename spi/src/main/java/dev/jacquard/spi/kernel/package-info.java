/// Where tensors live and kernels run. Rules KRN.
@NullMarked
package dev.jacquard.spi.kernel;

import org.jspecify.annotations.NullMarked;
