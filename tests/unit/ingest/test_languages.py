"""The language of a text by its small words."""

import pytest

from pipeline.ingest.languages import language_of

TEXTS = {
    "en": "I was charged twice on my last bill and nobody has called me back.",
    "de": "Ich habe die Lieferung noch nicht erhalten und warte seit drei Wochen auf eine Antwort.",
    "es": "Todavía no he recibido el pedido y nadie me responde desde hace tres semanas.",
    "fr": "Je n'ai pas encore reçu ma commande et vous ne répondez pas à mes messages.",
    "it": "Non ho ancora ricevuto il mio ordine e nessuno risponde alle mie richieste.",
    "pt": "Ainda não recebi o meu pedido e ninguém responde às mensagens que envio para você.",
    "nl": "Ik heb mijn bestelling nog niet ontvangen en er is niemand die mij antwoord geeft.",
    "pl": "Nie otrzymałem jeszcze zamówienia i nikt mi nie odpowiada od trzech tygodni.",
    "ru": "Я ещё не получил заказ, и мне никто не отвечает уже три недели.",
    "bg": "Все още не съм получил поръчката и никой не ми отговаря от три седмици.",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_plain_sentence_is_of_its_language(language) -> None:
    assert language_of(TEXTS[language]) == language


@pytest.mark.parametrize(
    "text", ["", "4711", "Zxq brr vv", "Kundnummer 4711", "我的包裹还没到", "آه"]
)
def test_what_the_words_do_not_tell_is_unknown(text) -> None:
    assert language_of(text) is None


def test_a_short_english_chat_line_is_english() -> None:
    assert language_of("Refund please") == "en"
    assert language_of("hi, order 4711?") == "en"
