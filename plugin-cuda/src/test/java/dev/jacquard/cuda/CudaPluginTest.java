package dev.jacquard.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jacquard.host.ConfigTree;
import dev.jacquard.host.PluginCatalog;
import dev.jacquard.host.PluginLoader;
import dev.jacquard.host.ReservedNames;
import dev.jacquard.spi.Availability;
import dev.jacquard.spi.error.ConfigurationException;
import dev.jacquard.spi.kernel.KernelBackendFactory;
import dev.jacquard.spi.kernel.KernelContext;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

class CudaPluginTest {
  @Test
  void isFoundOnTheClassPathAndSaysThatItHasNoKernels() {
    try (PluginCatalog catalog =
        new PluginLoader(CudaPlugin.class.getClassLoader(), ReservedNames.NONE)
            .load(List.of(), List.of())) {
      assertEquals(List.of(), catalog.problems());
      KernelBackendFactory factory = catalog.kernelBackends().get("cuda").value();
      Availability answer = factory.probe(new ConfigTree(Map.of()).section("cuda"));
      assertTrue(
          answer instanceof Availability.Unavailable(String reason)
              && reason.contains("no kernels yet"));
    }
  }

  @Test
  void cannotBeCreated() {
    KernelContext context = Mockito.mock(KernelContext.class);
    ConfigurationException refused =
        assertThrows(
            ConfigurationException.class,
            () ->
                new CudaKernelBackendFactory()
                    .create(new ConfigTree(Map.of()).section("cuda"), context));
    assertTrue(refused.getMessage().contains("--kernel-backend reference"));
    Mockito.verifyNoInteractions(context);
  }
}
