"""Which language a text is in, told by its small words; for texts of which nobody says it.

Good enough to keep the English models from reading Spanish. It knows ten languages; a text with few
small words, or in another language, stays unknown.
"""

import re
from collections import Counter

_SMALL_WORDS = {
    "en": "the and is are was were i you my your it this that have has not can can't don't didn't "
    "please with what when where why how would could been there they we hello hi thanks thank of "
    "order for but because still just get got any about i'm it's i've",
    "de": "der das und ist nicht ich sie wir mein meine mit für auf ein eine einen von den dem zu "
    "bitte danke hallo aber wie wann wo warum kann können habe haben wurde noch auch bei",
    "es": "el los las y es no una por para con que mi mis su pero cuando donde cómo qué gracias "
    "hola está estoy quiero tengo pedido puede porque todavía muy del al yo usted",
    "fr": "le les et est pas une pour avec que mon mes votre vous je nous mais quand où comment "
    "merci bonjour c'est j'ai suis commande peut parce très du des au ce cette qui",
    "it": "il gli e è non una per con che mio mia suo ma quando dove come grazie buongiorno ciao "
    "sono ho vorrei ordine può perché ancora molto della del nel questo questa",
    "pt": "o os as e é não uma para com que meu minha seu mas quando onde como obrigado obrigada "
    "olá estou quero tenho pedido pode porque ainda muito da do na no isso você",
    "nl": "de het en is niet ik u wij mijn met voor op een van naar maar wanneer waar hoe bedankt "
    "hallo kan heb heeft werd nog ook bij deze dit bestelling graag",
    "pl": "i jest nie ja pan pani my mój moja z dla na w się że ale kiedy gdzie jak dlaczego "
    "dziękuję dzień dobry proszę mam może jeszcze już bardzo zamówienie czy od do",
    "ru": "и не я вы мы мой моя с для на что но когда где как почему спасибо здравствуйте у меня "
    "есть был была ещё еще очень заказ это мне пожалуйста можно к по",
    "bg": "и не аз вие ние моят моята с за на че но кога къде как защо благодаря здравейте имам е "
    "са беше още много поръчка това ми моля може към по ще да съм",
}
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_READ_WORDS = 400
_SHARE = 0.1
"""Of a text's words that must be small words of the language; running English has 0.3 and more."""

_AHEAD = 1.5
_FEW_WORDS = 6
"""In a text up to this long one small word will do."""


def language_of(text: str) -> str | None:
    """The code of the language, None where the words don't tell.

    >>> language_of("Where is my order? It has not arrived."), language_of("ok 4711")
    ('en', None)
    """
    words = _WORD.findall(text.casefold().replace("’", "'"))[:_READ_WORDS]
    points = Counter[str]()
    for word in words:
        for language in _LANGUAGES.get(word, ()):
            points[language] += 1
    ranked = points.most_common(2)
    if not ranked:
        return None
    best, hits = ranked[0]
    next_hits = ranked[1][1] if len(ranked) > 1 else 0
    enough = hits >= 2 or len(words) <= _FEW_WORDS
    told = enough and hits >= _SHARE * len(words) and hits >= _AHEAD * next_hits
    return best if told and hits > next_hits else None


def _by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in _SMALL_WORDS.items():
        for word in dict.fromkeys(words.split()):
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


_LANGUAGES = _by_word()
