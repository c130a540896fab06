"""The words of postal addresses: streets, house numbers, and how people ask and tell them."""

import re

from pipeline.understand.number_words import word_set

UNIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
NUMBER = (
    rf"(?:\d{{1,4}}[a-z]?|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[ -]{UNIT})?"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    rf"|(?:{UNIT} )?(?:{UNIT}|hundred(?: and)?)(?: {UNIT})?|a hundred and {UNIT})"
)
TYPE = (
    r"(?:street|st|road|rd|lane|avenue|ave|close|drive|dr|crescent|gardens?|terrace|grove|court"
    r"|square|parade|mews|wynd|boulevard|blvd|highway|parkway|walk|quay|villas|circle|alley"
    r"|cottages?|rise|hill|view|way|place|park|row|green|gate|bank|vale|heights|meadows?|fields?"
    r"|loan|brae|croft|wharf|yard|common|esplanade|embankment|pike|trail|path|loop|bend|ridge|run"
    r"|crossing|point|trace|apartments|estate|towers?|mansions?|heath|glen|nagar|marg)"
)
FIRM_TYPES = word_set(
    "street road lane avenue crescent terrace cottage gardens close drive grove wynd mews "
    "boulevard parade"
)
"""Types of street that mean nothing else, or seldom."""

WORD = (
    r"(?!(?:of|for|in|at|the|and|per|a|to|on|is|it|was|days?|weeks?|hours?|minutes?)(?![^ ]))"
    r"[^\W\d][\w'’-]*"
)
STREET = re.compile(
    rf"(?<![^ ])(?:(?:flat|apartment|apt|unit|number|pitch|suite|room) {NUMBER} )?"
    rf"(?:number |no )?{NUMBER} (?:{WORD} ){{1,3}}{TYPE}(?![^ ])"
)
ABROAD = re.compile(
    r"(?<![^ ])(?:[^\W\d]\w*(?:stra(?:ß|ss)e|str|allee|weg|platz|gasse|ring|damm|ufer|laan|straat)"
    rf" {NUMBER}|(?:via|viale|piazza|rue|calle|rua|avenida|ulica|ul|plaza|paseo)"
    rf" (?:[^\W\d][\w'-]* ){{1,4}}{NUMBER}"
    rf"|{NUMBER} (?:bis |ter )?(?:rue|avenue|boulevard|place|chemin) [^\W\d][\w'-]*)(?![^ ])"
)
FLAT = re.compile(rf"(?<![^ ])(?:flat|apartment|apt|pitch) (?:{NUMBER}|[a-h])(?![^ ])")
CUE = re.compile(
    r"(?<![^ ])(?:(?<!email )(?<!e-mail )(?<!mail )(?<!web )(?<!ip )address(?:es)?|post ?codes?"
    r"|zip(?: code)?|eircode|(?:house|door|flat) (?:number|name)s?"
    r"|where (?:do|are|did|were) you (?:live|living|based|staying)"
    r"|where you live|where (?:should|shall|do|can|will) (?:we|i) (?:deliver|send|post|ship)"
    r"|(?:first|second) line of|street name|the street|live now|home address|pin ?code"
    r"|(?:what|which) (?:street|road|city|town|state|county)|city and state)(?![^ ])"
)
NOT_POSTAL = re.compile(r"(?<![^ ])(?:e-?mails?|web|website|ip|url)(?![^ ])")
HOUSE = re.compile(r"(?<![^ ])(?:house|door|flat|building) ?(?:number|name)?s?(?![^ ])")
TOLD = re.compile(
    r"(?<![^ ])(?:(?<!email )(?<!mail )address(?: \w+){0,2}? (?:is|was|'s|it's|will be)|address's"
    r"|(?:i|we|he|she|they) lives? (?:at|in|on)|living (?:at|in|on)|staying (?:at|in|on)"
    r"|(?:moved|moving) (?:to|into)"
    r"|(?:deliver(?:ed)?|sent?|ship(?:ped)?|post(?:ed)?|going|delivering)"
    r" (?:it |them |that )?(?:to|at)"
    r"|i'm at|we're at|i am at|we are at|down at|it's at|now it's|no it's)(?![^ ])"
)
OF_FIRM = {"customer": "your", "agent": "our", "unknown": "our"}
"""The word by which each side means the firm: the other's "your" is the customer's own."""

COMPANY = re.compile(
    r"(?<![^ ])(?:store|stores|shop|shops|branch|branches|office|offices|hotel|showroom"
    r"|depot|window|clinic|restaurant|warehouse|centre|center|surgery|locker|garage|station|pub"
    r"|cafe|in-store|outlet|salon|museum|hospital|school)(?![^ ])"
)
JOINS = word_set("flat apartment apt unit number pitch suite floor county co house interno no")
STOPS = word_set(
    "i i'm i'll i've i'd and but it it's its is was that that's this so because can could "
    "do yes no  yeah the my we we're you he she they there where what when which who please "
    "thanks thank  been be there's near next had have got only still both around okay ok "
    "sorry not for from to since on at in by with or if just then now oh well"
)
TOWARDS = word_set("to at in on my our the work office house place mum's dad's")
REFUSALS = word_set(
    "no nope not why what which i i'd i'll i've don't can't you can could sorry hold one just "
    "same still have haven't do does did because how who when thanks thank please yes"
)
DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday january february april june july "
    "august september october november december easter christmas mr mrs ms dr order ticket"
)
