"""Short tales in plain English for the demo model: a grammar written for this project, given away under CC0.

The speeches and the novel are hard reading for a small model. These tales are easy: few words, whole sentences, one
thing after another. From them it learns what a sentence is. Nothing comes from another model.
"""

from dataclasses import dataclass

GIRLS = "Anna Mary Clara Ruth Alice Emma Grace Jane Lucy Rose Martha Helen Ellen Sarah Nora Ida Eva Julia".split()
BOYS = "Tom John Henry Peter Samuel George James Ben Paul Frank Walter Daniel Edward Arthur Hugh Oscar Simon Jack".split()
ANIMALS = "fox dog cat horse bear rabbit mouse goat duck owl crow sheep wolf frog donkey squirrel goose".split()
WORKERS = {
    "sailor": "ship", "farmer": "farm", "baker": "oven", "fisherman": "boat", "carpenter": "shop", "miller": "mill",
    "shepherd": "hill", "teacher": "school", "gardener": "garden", "doctor": "house", "captain": "ship",
    "blacksmith": "forge",
}
NATURES = "kind brave quiet clever cheerful patient careful curious gentle proud honest lonely".split()
AGES = "young old little small".split()
CHILD = "young little small".split()
HOMES = [
    "in a small village by the sea", "in a house near the forest", "on a farm at the foot of a hill", "in a town by the river",
    "in an old house on the hill", "near the harbor of a great city", "at the edge of a wide field", "on a small island",
    "in a valley between two mountains", "beside a quiet lake", "on a narrow street near the market", "not far from the old mill",
]
PLACES = [
    "the forest", "the river", "the market", "the harbor", "the hill", "the field", "the lake", "the bridge", "the old mill",
    "the garden", "the shore", "the village", "the barn", "the road", "the mountain", "the church",
]
THINGS = [
    "hat", "key", "book", "ball", "lamp", "basket", "ring", "knife", "coat", "bell", "letter", "shoe", "coin", "map", "cup", "rope",
    "blanket", "box", "drum", "kite",
]
COLORS = "red blue green white black yellow brown golden silver".split()
FOODS = ["bread", "apples", "cheese", "soup", "milk", "pears", "fish", "honey", "cake", "nuts", "berries", "corn"]
WEATHER = [
    "The sun was warm and the sky was clear.", "It was raining, and the roads were wet.", "The wind was cold, and the trees were bare.",
    "Snow was falling, and everything was quiet.", "There was not a cloud in the sky.", "A thick fog lay over the land.",
    "The birds were singing in the trees.", "The leaves were turning red and yellow.", "It was a bright morning in spring.",
    "It was a hot day, and nobody wanted to work.", "The stars were shining over the hills.", "The air was fresh after the rain.",
]
FEELINGS = ["happy", "glad", "proud", "very happy", "full of joy", "thankful"]
SORROWS = ["sad", "afraid", "tired", "worried", "unhappy", "lonely"]
SKILLS = [
    ("swim", "swimming", "swam"), ("sing", "singing", "sang"), ("read", "reading", "read"), ("bake bread", "baking bread", "baked bread"),
    ("sail a boat", "sailing", "sailed"), ("play the drum", "playing the drum", "played the drum"), ("write", "writing", "wrote"),
    ("climb", "climbing", "climbed"), ("dance", "dancing", "danced"), ("ride", "riding", "rode"),
]
WORKS = [
    ("a boat", "wood"), ("a house", "stone"), ("a bridge", "wood"), ("a kite", "paper"), ("a wall", "stone"), ("a cart", "wood"),
    ("a table", "wood"), ("a chair", "wood"), ("a nest", "grass"), ("a lamp", "iron"),
]
LESSONS = [
    "From that day on they were friends.", "They never forgot that day.", "And so everything ended well.",
    "After that, nobody was afraid any more.", "They lived in peace for many years.", "It was a day to remember.",
    "And that is the end of the story.", "A small kindness is never lost.", "Good work takes time.",
    "A friend in need is a friend indeed.", "It is better to share than to keep everything.", "Those who help others are helped in turn.",
]


@dataclass
class Person:
    name: str  # as it opens a sentence in the middle of the tale: "Anna", "The fox"
    intro: str  # "a little girl named Anna", "a clever fox"
    he: str
    his: str
    him: str
    topic: str

    @property
    def low(self):
        return "the " + self.name[4:] if self.name.startswith("The ") else self.name

    @property
    def He(self):
        return self.he.capitalize()


def article(phrase):
    return ("an " if phrase[0] in "aeiou" or phrase.startswith("honest") else "a ") + phrase


class Teller:
    def __init__(self, rng):
        self.rng = rng

    def one(self, options):
        return options[int(self.rng.integers(len(options)))]

    def maybe(self, text, chance=0.5):
        return [text] if self.rng.random() < chance else []

    def person(self, other=None):
        while True:
            nature, kind = self.one(NATURES), self.rng.random()
            if kind < 0.3:
                name = self.one(GIRLS)
                made = Person(name, self.one([f"a {self.one(CHILD)} girl named {name}", f"{article(nature)} girl named {name}",
                                              f"{article(nature)} woman named {name}"]), "she", "her", "her", "a girl")
            elif kind < 0.6:
                name = self.one(BOYS)
                made = Person(name, self.one([f"a {self.one(CHILD)} boy named {name}", f"{article(nature)} boy named {name}",
                                              f"{article(nature)} man named {name}"]), "he", "his", "him", "a boy")
            elif kind < 0.85:
                animal = self.one(ANIMALS)
                made = Person(f"The {animal}", self.one([f"{article(nature)} {animal}", f"{article(self.one(AGES))} {animal}"]),
                              "he", "his", "him", article(animal))
            else:
                worker = self.one(list(WORKERS))
                made = Person(f"The {worker}", self.one([f"{article(nature)} {worker}", f"an old {worker}", f"a young {worker}"]),
                              "he", "his", "him", article(worker))
            if other is None or (made.name != other.name and made.he != other.he or made.name.startswith("The ") != other.name.startswith("The ")):
                return made

    def opening(self, p):
        home = self.one(HOMES)
        lines = [self.one([
            f"Once upon a time there was {p.intro} who lived {home}.", f"There was once {p.intro} who lived {home}.",
            f"Long ago, {p.intro} lived {home}.", f"{p.intro[0].upper() + p.intro[1:]} lived {home}.",
        ])]
        lines += self.maybe(self.one([
            f"{p.name} had many friends.", f"{p.name} was up early every morning.", f"Everyone in that place knew {p.low}.",
            f"{p.name} worked hard from morning to night.", f"{p.name} liked to eat {self.one(FOODS)} with {p.his} friends.",
            f"{p.name} was never far from home.", f"{p.name} loved to walk to {self.one(PLACES)}.",
        ]), 0.6)
        return lines

    def lost(self, p, q):
        thing, color = self.one(THINGS), self.one(COLORS)
        a, b, c = (self.one(PLACES) for _ in range(3))
        return [
            self.one([f"One day {p.low} lost {p.his} {color} {thing}.", f"One morning {p.low} could not find {p.his} {color} {thing}."]),
            self.one([f"{p.He} looked near {a}, but it was not there.", f"{p.He} went to {a} and looked everywhere."]),
            self.one([f"Then {p.he} looked near {b}, but the {thing} was not there.", f"{p.He} asked everyone at {b}, but nobody had seen it."]),
            f"{p.name} was very {self.one(SORROWS)}.",
            self.one([f"Then {p.he} met {q.intro}.", f"On the way home {p.he} met {q.intro}."]),
            f'"{self.one(["Why are you so sad?", "What is the matter?", "What are you looking for?"])}" asked {q.low}.',
            f'"I have lost my {color} {thing}," said {p.low}.',
            f'"{self.one(["I will help you", "Let us look together", "Do not worry"])}," said {q.low}.',
            f"Together they went to {c}, and there they found the {thing} {self.one(['under a tree', 'behind a stone', 'in the grass', 'beside the path'])}.",
            f"{p.name} was {self.one(FEELINGS)} and thanked {q.low}.",
        ]

    def helping(self, p, q):
        food, place = self.one(FOODS), self.one(PLACES)
        return [
            f"One day {p.low} was walking to {place} with some {food}.", *self.maybe(self.one(WEATHER)),
            f"On the way {p.he} met {q.intro}.", f"{q.name} was {self.one(['hungry', 'tired', 'cold'])} and had nothing to eat.",
            f'"{self.one(["Please help me", "I have not eaten for two days", "I have walked a long way"])}," said {q.low}.',
            self.one([f"{p.name} gave {q.him} half of the {food}.", f"{p.name} sat down and shared the {food} with {q.him}."]),
            f'"Thank you," said {q.low}. "I will not forget this."',
            self.one([f"Many days later, {p.low} was lost in the {self.one(['snow', 'fog', 'dark'])}.",
                      f"The next winter, {p.low} was ill and could not work."]),
            self.one([f"Then {q.low} came and showed {p.him} the way home.", f"Then {q.low} came and took care of {p.him}."]),
            f"{p.name} was {self.one(FEELINGS)}.",
        ]

    def learning(self, p, q):
        do, doing, did = self.one(SKILLS)
        return [
            f"{p.name} wanted to learn to {do}.", self.one([f"But {doing} was hard, and {p.he} did not know how to begin.", f"But nobody had time to teach {p.him}."]),
            f"One day {p.he} met {q.intro}, who {did} better than anyone.", f'"Will you teach me to {do}?" asked {p.low}.',
            f'"{self.one(["Yes, but you must be patient", "Yes, if you work hard", "I will, if you come every day"])}," said {q.low}.',
            self.one([f"At first {p.low} made many mistakes.", f"On the first day {p.he} wanted to give up."]),
            f"But {p.he} tried again and again, and {q.low} helped {p.him}.", *self.maybe(self.one(WEATHER), 0.3),
            self.one([f"After many weeks {p.he} was able to {do}.", f"When the summer came, {p.he} {did} very well."]),
            f"{q.name} was {self.one(FEELINGS)}, and so was {p.low}.",
        ]

    def storm(self, p, q):
        return [
            f"One morning {p.low} went out to sea in a small boat.", self.one([f"{q.intro[0].upper() + q.intro[1:]} went with {p.him}.", f"With {p.him} went {q.intro}."]),
            self.one(["At first the sea was calm.", "The sea was blue, and the wind was gentle."]),
            self.one(["Then the sky grew dark, and a storm came up.", "In the afternoon the wind began to blow, and the waves rose high."]),
            f'"{self.one(["We are lost", "The boat is full of water", "I cannot see the land"])}!" cried {q.low}.',
            f'"{self.one(["Hold the rope", "Take the oar", "Do not be afraid"])}," said {p.low}.',
            self.one([f"All night they worked together to keep the boat above the water.", f"The waves beat upon the boat, but {p.low} did not give up."]),
            self.one(["In the morning the storm was over, and they saw the shore.", "At last the wind fell, and they saw a light on the shore."]),
            self.one([f"The people came down to the harbor to meet them.", f"They pulled the boat upon the sand and lay down to rest."]),
            f"{p.name} and {q.low} were tired, but they were {self.one(FEELINGS)}.",
        ]

    def building(self, p, q):
        what, stuff = self.one(WORKS)
        noun = what.split()[1]
        return [
            f"One spring {p.low} wanted to make {what}.", f"{p.He} went to {self.one(PLACES)} and brought home {self.one(['some', 'a lot of', 'good'])} {stuff}.",
            f"Soon {q.intro} came by and asked what {p.he} was doing.", f'"I am making {what}," said {p.low}.',
            f'"{self.one(["That is too hard for you", "You will never finish it", "It will take a long time"])}," said {q.low}.',
            self.one([f"But {p.low} worked every day.", f"{p.name} only smiled and went on with the work."]), *self.maybe(self.one(WEATHER), 0.4),
            self.one([f"Then {q.low} was ashamed and began to help.", f"After a week {q.low} came back and began to help."]),
            f"When the {noun} was done, it was the best {noun} in the whole {self.one(['land', 'valley', 'country'])}.",
            f'"{self.one(["We made it together", "Now it belongs to both of us", "I was wrong"])}," said {q.low}.',
        ]

    def quarrel(self, p, q):
        thing, color = self.one(THINGS), self.one(COLORS)
        return [
            f"{p.name} had a good friend, {q.intro}.", f"One day they found a {color} {thing} near {self.one(PLACES)}.",
            f'"It is mine," said {p.low}. "I saw it first."', f'"No, it is mine," said {q.low}. "I picked it up."',
            self.one(["They were angry, and each of them went home alone.", "They talked for a long time, but they could not agree."]),
            self.one([f"That night {p.low} could not sleep.", f"The next day {p.low} was very lonely."]),
            f'"{self.one(["A friend is worth more than a " + thing, "What is the use of it without a friend", "I was wrong"])}," {p.he} said to {"herself" if p.he == "she" else "himself"}.',
            f"In the morning {p.he} went to {q.low} and gave {q.him} the {thing}.",
            f'"{self.one(["Let us keep it together", "I do not want it any more", "I am sorry too"])}," said {q.low}.',
            f"They laughed, and both of them were {self.one(FEELINGS)}.",
        ]

    def journey(self, p, q):
        place, further = self.one(["the sea", "the great city", "the highest mountain", "the old castle", "the other side of the river"]), self.one(PLACES)
        return [
            f"{p.name} had never seen {place}.", f"One morning {p.he} packed some {self.one(FOODS)} and went on {p.his} way.", *self.maybe(self.one(WEATHER), 0.7),
            f"{p.He} walked past {further} and came to a place where two roads met.", f"There {p.he} met {q.intro}.",
            f'"Which road goes to {place}?" asked {p.low}.', f'"{self.one(["The left one", "The right one", "The road by the river"])}," said {q.low}. "I will go with you."',
            f"They walked together for {self.one(['two', 'three', 'four', 'five'])} days.", *self.maybe(self.one(["At night they slept under the trees.", "At night they told each other stories."]), 0.6),
            f"At last they came to {place}.", self.one([f"It was more beautiful than {p.low} had ever thought.", f"{p.name} stood still and said nothing for a long time."]),
        ]

    def tale(self):
        p = self.person()
        q = self.person(p)
        plot = self.one([self.lost, self.helping, self.learning, self.storm, self.building, self.quarrel, self.journey])
        lines = self.opening(p) + plot(p, q) + self.maybe(self.one(LESSONS), 0.8)
        return " ".join(lines), p.topic


def tales(count, rng, render):
    """`count` tales, one in three as the answer in a conversation, each as text that starts where a window may."""
    teller = Teller(rng)
    out = []
    for _ in range(count):
        text, topic = teller.tale()
        if rng.random() < 0.33:
            question = teller.one([
                "Tell me a story.", "Tell me a story.", "Please tell me a story.", "Write a story.", "Write a short story.",
                f"Tell me a story about {topic}.", f"Write a story about {topic}.", f"Tell me a tale of {topic}.",
            ])
            out.append("<|endoftext|>" + render([("user", question), ("assistant", text)]))
        else:
            out.append("<|endoftext|>" + text + "\n")
    return out
