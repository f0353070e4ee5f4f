package dev.jacquard.conformance.cli;

import java.io.Serial;

/// The command line makes no sense; the message says what would.
final class Usage extends Exception {
  @Serial private static final long serialVersionUID = 1;

  static final String TEXT =
      """
      usage: conformance --plugin JAR|FOLDER [options]

        --plugin PATH          the plugin: a jar, or a folder of the jars it consists of
        --component KIND:NAME  only this component: block-manager:mine, scheduler:mine,
                               kernel-backend:mine or plugin:mine; repeatable
        --set KEY=VALUE        configuration, as for the engine: mine.ttl=30s; repeatable
        --rule ID              only this rule, e.g. BSM-7; repeatable
        --seed N               the master seed, decimal or 0x...; the same seed gives the same result
        --budget quick|full    how much to do; quick is under a minute for a component
        --waive ID=REASON      report this rule as waived; it costs the verdict; repeatable
        --report FILE          write a report: JSON, or JUnit XML when FILE ends in .xml; repeatable
        --require-available    what cannot run on this machine counts as failed
        --heap SIZE            heap of the process that runs the plugin, as for -Xmx (1g)
        --patience SECONDS     how long one check may take before it counts as hung
        --list-rules           print the rules and exit

      exit status: 0 conformant, 1 a binding rule was broken or waived, 2 usage, or nothing could be
      loaded, 3 something could not run on this machine
      """;

  Usage(String message) {
    super(message);
  }
}
