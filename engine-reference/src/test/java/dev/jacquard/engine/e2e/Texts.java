package dev.jacquard.engine.e2e;

import java.util.List;

/// English prompts of about 40 to 300 tokens of the demo model; the second to the fourth begin like
/// the first.
final class Texts {
  private static final String HARBOUR =
      "The sea was calm that morning, and the old captain stood alone upon the deck, looking out "
          + "over the grey water towards the place where the whales had been seen the day before. "
          + "Behind him the men were mending the sails and talking in low voices of their homes.";
  private static final String CONGRESS =
      "In the message which I have the honor to lay before you I shall speak of the condition of "
          + "our country, of the laws which have been passed, and of those which remain to be "
          + "considered by the wisdom of the Congress. ";

  static final List<String> ALL =
      List.of(
          HARBOUR,
          HARBOUR + " Nobody had slept that night.",
          HARBOUR
              + " The mate came up from below with a lantern in his hand and asked whether the"
              + " boats should be lowered before noon, for the wind was rising and the sky in the"
              + " west had begun to darken. The captain did not answer him at once.",
          HARBOUR.substring(0, HARBOUR.length() - 30) + " waiting for the order to go home.",
          CONGRESS
              + "The revenues of the past year have been more than sufficient to meet the expenses"
              + " of the Government, and the public debt has again been reduced. Our relations with"
              + " other nations are those of peace. The people of the several States have shown"
              + " themselves able to provide for their own defense, and no part of the Union has"
              + " been without its share of the common prosperity. I recommend that the means of"
              + " education be increased, that the roads and harbors be improved, and that the"
              + " accounts of all departments be laid open to the inspection of every citizen.",
          "It is a cold evening in the city and the lamps along the river have just been lit; a boy"
              + " with a basket of bread walks quickly home, counting the windows as he goes.");

  private Texts() {}
}
