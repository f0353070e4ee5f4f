package dev.jacquard.engine.cli;

import dev.jacquard.spi.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `--enable-NAME` and `--NAME-config JSON` name a plugin inside the flag; this writes them as plain options before the command line is parsed.
final class DynamicOptions {
  private static final String ENABLE = "--enable-";
  private static final String CONFIG = "-config";
  private static final Set<String> OWN =
      Set.of("--enable-prefix-caching", "--enable-plugin", "--plugin-config");

  private DynamicOptions() {}

  static List<String> rewrite(List<String> arguments) {
    List<String> plain = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String flag = equals < 0 ? argument : argument.substring(0, equals);
      if (OWN.contains(flag)) {
        plain.add(argument);
      } else if (flag.startsWith(ENABLE) && equals < 0) {
        plain.add("--enable-plugin=" + flag.substring(ENABLE.length()));
      } else if (flag.startsWith("--")
          && flag.endsWith(CONFIG)
          && flag.length() > 2 + CONFIG.length()) {
        String plugin = flag.substring(2, flag.length() - CONFIG.length());
        if (equals < 0 && i + 1 == arguments.size()) {
          throw new ConfigurationException(
              flag + " has no value; write it as " + flag + " '{\"key\": 1}'");
        }
        String json = equals >= 0 ? argument.substring(equals + 1) : arguments.get(++i);
        plain.add("--plugin-config=" + plugin + "=" + json);
      } else {
        plain.add(argument);
      }
    }
    return plain;
  }
}
