"""Synthetic chat data for the demo model.

Long answers are passages of the training text. Short answers are the templates below, written for
this project and given to the public domain (CC0). Nothing comes from another model.
"""

import re

NAME = "I am the Jacquard demo model, a very small language model."
LIMITS = "I learned from old speeches and one novel of the sea, so I know very little."

GREETINGS = {
    "Hello! How can I help you?": ["Hello", "Hello!", "Hi", "Hi!", "Hey", "Hello there!", "hello", "hi"],
    "Good morning! How can I help you?": ["Good morning", "Good morning!"],
    "Good evening! How can I help you?": ["Good evening", "Good evening!"],
    "I am well, thank you. How can I help you?": ["How are you?", "How are you today?", "Hello, how are you?"],
    "You are welcome!": ["Thanks", "Thank you!", "Thank you.", "Thanks a lot!", "Thank you very much."],
    "Goodbye! It was good to talk with you.": ["Bye", "Goodbye", "Goodbye!", "See you later.", "Good night!"],
    NAME: ["Who are you?", "What are you?", "Who am I talking to?", "What model are you?"],
    "My name is Jacquard.": ["What is your name?", "What's your name?", "Tell me your name."],
    "I can continue a text or say something about the nation, the Congress, the war, peace, the sea, or the "
    "whale.": ["What can you do?", "How can you help me?", "What can you talk about?", "Help", "Can you help me?"],
    NAME + " " + LIMITS: ["Tell me about yourself.", "Introduce yourself.", "How do you work?", "Are you a human?"],
    "I am sorry, I do not know any jokes. " + LIMITS: ["Tell me a joke.", "Make me laugh."],
    "I do not know. " + LIMITS: [
        "What is the weather like?", "What time is it?", "Who won the game?", "How old am I?", "What is my name?",
        "Can you write code?", "Write a program.", "What is the best phone?", "Where can I buy bread?",
        "What is quantum physics?", "How do I cook rice?", "Who wrote this program?"],
}
FACTS = {
    "What is the capital of the United States?": "The capital of the United States is Washington.",
    "What is the capital of France?": "The capital of France is Paris.",
    "What is the capital of England?": "The capital of England is London.",
    "What is the capital of Spain?": "The capital of Spain is Madrid.",
    "What is the capital of Italy?": "The capital of Italy is Rome.",
    "What is the capital of Germany?": "The capital of Germany is Berlin.",
    "What is the capital of Japan?": "The capital of Japan is Tokyo.",
    "What is a whale?": "A whale is a very large animal that lives in the sea.",
    "What is a ship?": "A ship is a large vessel that sails upon the sea.",
    "What is the Congress?": "The Congress makes the laws of the United States.",
    "Who wrote Moby Dick?": "Herman Melville wrote Moby Dick.",
    "Who is Ishmael?": "Ishmael is the sailor who tells the story of the white whale.",
    "Who is Ahab?": "Ahab is the captain of the Pequod, and he hunts the white whale.",
    "Who is Moby Dick?": "Moby Dick is the great white whale.",
    "What is the Pequod?": "The Pequod is the whaling ship of Captain Ahab.",
    "Who was the first President?": "George Washington was the first President of the United States.",
    "What color is the sky?": "The sky is blue.",
    "What color is the sea?": "The sea is blue.",
    "What color is the whale?": "The whale is white.",
    "What color is the grass?": "The grass is green.",
    "What color is snow?": "Snow is white.",
    "How many states are there?": "There are fifty states in the United States.",
    "How many days are in a week?": "There are seven days in a week.",
    "How many months are in a year?": "There are twelve months in a year.",
    "What day comes after Monday?": "Tuesday comes after Monday.",
    "Name three colors.": "Red, white, and blue.",
    "Name three fruits.": "Apples, pears, and plums.",
    "Name three animals.": "A whale, a horse, and a dog.",
    "Name the days of the week.": "Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, and Sunday.",
    "Name the seasons.": "Spring, summer, autumn, and winter.",
    "What is two plus two?": "Two plus two is four.",
    "What is one plus one?": "One plus one is two.",
    "Say yes.": "Yes.",
    "Say no.": "No.",
    "Say hello.": "Hello!",
    "What is the opposite of war?": "The opposite of war is peace.",
    "What is the opposite of day?": "The opposite of day is night.",
    "What is the opposite of hot?": "The opposite of hot is cold.",
}
NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TOPICS = """
peace; war; freedom; liberty; justice; the Constitution; the law; the economy; taxes; the budget; trade;
commerce; agriculture; farmers; labor; workers; jobs; wages; business; industry; banks; money; inflation;
the debt; schools; education; teachers; children; families; health care; medicine; science; technology;
energy; oil; coal; water; rivers; the environment; forests; railroads; roads; cities; housing; poverty;
crime; the police; civil rights; women; immigration; veterans; the Army; the Navy; soldiers; defense;
nuclear weapons; the Soviet Union; Russia; China; Japan; Europe; Germany; France; Great Britain; Spain;
Mexico; Cuba; Africa; Vietnam; Korea; Iraq; Israel; the United Nations; the world; the future; the past;
history; democracy; government; the people; the Congress; the Senate; the Supreme Court; elections;
the States; the Union; the Treasury; Social Security; hope; faith; courage; honor; friendship; prosperity;
power; strength; unity; progress; space; terrorism; America; the American people; the President;
foreign policy; small business; the postal service; land; gold; silver; treaties
"""
SEA_TOPICS = """
the sea; the whale; whales; the ship; Ahab; Captain Ahab; Queequeg; Starbuck; Stubb; Flask; the white whale;
Moby Dick; the Pequod; Nantucket; the crew; the captain; the harpoon; the boats; the ocean; the wind;
the waves; the storm; the sailors; the mast; the carpenter; the sun; the night; sharks; bones; the deck
"""
ABOUT = [
    "Tell me about {t}.", "Tell me about {t}.", "What can you say about {t}?", "Say something about {t}.",
    "What do you think about {t}?", "Write a paragraph about {t}.", "What about {t}?", "Write about {t}.",
    "Talk about {t}.", "Please tell me about {t}.", "Tell me something about {t}.", "Explain {t}.",
]
CONTINUE = [
    "Continue: {s}", "Continue: {s}", "Continue this text: {s}", "Please continue: {s}",
    "What comes next? {s}", "Go on: {s}", "Continue the text: {s}",
]
STORY = ["Tell me a story.", "Tell me a story about the sea.", "Write a story.", "Please tell me a story."]
SPEECH = ["Give a speech.", "Write a speech.", "Speak to the nation.", "Give me a short speech."]
SYSTEMS = [
    "You are a helpful assistant.", "You are a helpful assistant.", "You are Jacquard.", "Answer briefly.",
    "You are a friendly assistant.", "Be polite and clear.", "You are a sailor.", "You are a statesman.",
]


def names(block):
    return [t.strip() for t in block.replace("\n", " ").split(";") if t.strip()]


def passage(sentences, start, rng, limit=620):
    """Two to four sentences from `start`, or None when they are too long or too short."""
    text = " ".join(sentences[start : start + int(rng.integers(2, 5))])
    return text if 80 <= len(text) <= limit else None


def topical(documents, topics, per_topic, rng):
    """(topic, passage, speaker) triples whose passage opens with a sentence naming the topic."""
    triples = []
    for topic in topics:
        word = re.compile(r"\b" + re.escape(topic) + r"\b", re.IGNORECASE if topic.islower() else 0)
        hits = [
            (d, i)
            for d in documents
            for i, s in enumerate(d["sentences"])
            if 30 < len(s) < 260 and word.search(s)
        ]
        rng.shuffle(hits)
        taken = 0
        for d, i in hits:
            text = passage(d["sentences"], i, rng)
            if text and taken < per_topic:
                triples.append((topic, text, d.get("speaker")))
                taken += 1
    return triples


def turns(documents, rng):
    """All single turns (question, answer), by kind."""
    modern = [d for d in documents if d.get("year", 0) >= 1925]
    sea = [d for d in documents if "year" not in d]
    about = topical(modern, names(TOPICS), 40, rng) + topical(documents, names(TOPICS), 12, rng)
    about += topical(sea, names(SEA_TOPICS), 40, rng)
    kinds = {"about": [], "continue": [], "short": [], "fact": [], "open": []}
    for topic, text, speaker in about:
        question = ABOUT[int(rng.integers(len(ABOUT)))].format(t=topic)
        if speaker and rng.random() < 0.2:
            question = f"What did {speaker} say about {topic}?"
        kinds["about"].append((question, text))
    while len(kinds["continue"]) < 6000:
        d = documents[int(rng.integers(len(documents)))]
        i = int(rng.integers(len(d["sentences"])))
        first = d["sentences"][i]
        text = passage(d["sentences"], i + 1, rng)
        if text and 30 < len(first) < 260:
            if rng.random() < 0.3:  # an unfinished sentence to go on with
                words = first.split(" ")
                cut = int(rng.integers(len(words) // 3, max(len(words) // 3 + 1, len(words) - 2)))
                text, first = " ".join(words[cut:]) + " " + text, " ".join(words[:cut])
            kinds["continue"].append((CONTINUE[int(rng.integers(len(CONTINUE)))].format(s=first), text))
    for answer, questions in GREETINGS.items():
        kinds["short"] += [(q, answer) for q in questions]
    kinds["fact"] += list(FACTS.items())
    for n in range(2, 11):
        text = ", ".join(NUMBERS[:n]).capitalize() + "."
        kinds["fact"] += [(f"Count to {NUMBERS[n - 1]}.", text), (f"Count to {n}.", text)]
    for d in documents:
        if d.get("speaker"):
            who, year = d["speaker"], d["year"]
            kinds["fact"].append((f"Who was President in {year}?", f"{who} was President in {year}."))
            kinds["open"].append((f"Give a speech like {who}.", passage(d["sentences"], 2, rng)))
    for options, pool, count in ((STORY, sea, 250), (SPEECH, modern, 250)):
        for _ in range(count):
            d = pool[int(rng.integers(len(pool)))]
            text = passage(d["sentences"], int(rng.integers(len(d["sentences"]))), rng)
            kinds["open"].append((options[int(rng.integers(len(options)))], text))
    kinds["open"] = [t for t in kinds["open"] if t[1]]
    return kinds


def render(messages):
    """The chat template of the model, for training: role marker, text, end marker."""
    return "".join(f"<|{role}|>{text}<|end|>" for role, text in messages)


def conversations(documents, count, rng):
    """`count` conversations of one to three turns, as text that starts with the document mark."""
    kinds = turns(documents, rng)
    order = ["about", "continue", "short", "fact", "open"]
    for kind in order:
        rng.shuffle(kinds[kind])
    used = dict.fromkeys(order, 0)
    out = []
    for _ in range(count):
        messages = []
        if rng.random() < 0.15:
            messages.append(("system", SYSTEMS[int(rng.integers(len(SYSTEMS)))]))
        for _ in range(1 + int(rng.random() < 0.35) + int(rng.random() < 0.2)):
            kind = order[int(rng.choice(len(order), p=[0.42, 0.22, 0.17, 0.13, 0.06]))]
            question, answer = kinds[kind][used[kind] % len(kinds[kind])]
            used[kind] += 1
            messages += [("user", question), ("assistant", answer)]
        out.append("<|endoftext|>" + render(messages))
    return out
