"""Word lists of the linter: brands, and American spellings with the British ones."""

# Platforms, games, devices and AI products: a name makes a lesson outdated, and advertises (promise L10).
BRANDS = (
    "Alexa", "Amazon", "Android", "BeReal", "Bing", "Canva", "ChatGPT", "Chromebooks?", "Claude", "Copilot",
    "DeepSeek", "Discord", "Disney", "Duolingo", "Facebook", "FaceTime", "Fortnite", "Gemini", "Gmail", "Google",
    "Grok", "Instagram", "iPads?", "iPhones?", "iPod", "Kahoot", "Kindle", "Kik", "Lego",
    "Microsoft", "Midjourney", "Minecraft", "Netflix", "Nintendo", "Omegle", "OpenAI", "Outlook", "Pinterest",
    "PlayStation", "Pok[eé]mon", "Reddit", "Replika", "Roblox", "Samsung", "Siri", "Skype", "Snapchat", "Spotify",
    "Telegram", "TikTok", "Tumblr", "Twitch", "Twitter", "WeChat", "WhatsApp", "Wikipedia",
    "Xbox", "YouTube",
)  # fmt: skip

# Not "program": what a computer runs is spelt so here too.
AMERICAN = {
    "aluminum": "aluminium", "analyze": "analyse", "apologize": "apologise", "apologized": "apologised",
    "behavior": "behaviour", "behaviors": "behaviours", "canceled": "cancelled", "canceling": "cancelling",
    "catalog": "catalogue", "center": "centre", "centers": "centres",
    "color": "colour", "colored": "coloured", "colors": "colours", "counselor": "counsellor",
    "customize": "customise", "defense": "defence", "dialed": "dialled", "emphasize": "emphasise",
    "favor": "favour", "favorite": "favourite", "favorites": "favourites", "fulfill": "fulfil", "gray": "grey",
    "harbor": "harbour", "honor": "honour", "humor": "humour", "jewelry": "jewellery", "judgment": "judgement",
    "labeled": "labelled", "labor": "labour", "math": "maths", "minimize": "minimise", "mom": "mum",
    "mommy": "mummy", "neighbor": "neighbour", "neighbors": "neighbours", "offense": "offence",
    "organization": "organisation", "organize": "organise", "organized": "organised", "organizing": "organising",
    "pajamas": "pyjamas", "personalize": "personalise", "personalized": "personalised", "plow": "plough",
    "prioritize": "prioritise", "realize": "realise", "realized": "realised",
    "recognize": "recognise", "recognized": "recognised", "recognizes": "recognises", "rumor": "rumour",
    "rumors": "rumours", "skeptical": "sceptical", "skillful": "skilful", "socialize": "socialise",
    "summarize": "summarise", "theater": "theatre", "traveled": "travelled", "traveling": "travelling",
    "vacation": "holiday", "visualize": "visualise",
}  # fmt: skip
