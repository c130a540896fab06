"""German as it is spoken on the telephone, on Wednesday 11 March 2026, 14:22."""

PAST = [
    ("Ich habe gestern schon angerufen.", (1, 1)),
    ("Vorgestern habe ich mit einer Kollegin gesprochen.", (2, 2)),
    ("Ich hab vor zwei Wochen angerufen.", (13, 15)),
    ("Ich habe am Montag mit Ihnen telefoniert.", (2, 2)),
    ("Letzten Freitag habe ich mich deswegen gemeldet.", (5, 12)),
    ("Am 3. März habe ich Ihnen geschrieben.", (8, 8)),
    ("Vor drei Tagen habe ich angerufen.", (3, 3)),
    ("Mir wurde letzte Woche gesagt, dass am Freitag jemand kommt.", (3, 9)),
    ("Ich habe heute früh schon mal angerufen.", (0, 0)),
    ("Wir haben letzten Dienstag gekündigt.", (1, 8)),
]
UNDATED = [
    "Es funktioniert immer noch nicht.",
    "Das ist jetzt schon das dritte Mal, dass ich anrufe.",
    "Sie haben gesagt, Sie rufen mich zurück.",
    "Es hat sich niemand gemeldet.",
    "Man hat mir gesagt, dass am Freitag jemand kommt.",
    "Ich rufe noch mal wegen meiner Waschmaschine an.",
    "Der Router ist schon wieder kaputt.",
    "Ich habe mit Ihrer Kollegin gesprochen.",
]
NO_CLAIM = [
    "Ich rufe an wegen meiner Rechnung.",
    "Meine Waschmaschine ist seit gestern kaputt.",
    "Ich habe am Dienstag meine Karte verloren.",
    "Können Sie mich morgen zurückrufen?",
    "Ich möchte einen Termin vereinbaren.",
    "Ich habe bei meiner Bank angerufen.",
    "Ich habe noch nie bei Ihnen bestellt.",
    "Danke für Ihren Anruf.",
]
DUE = [
    ("bis freitag", "2026-03-13"),
    ("am freitagvormittag", "2026-03-13"),
    ("morgen", "2026-03-12"),
    ("übermorgen", "2026-03-13"),
    ("heute noch", "2026-03-11"),
    ("in zwei tagen", "2026-03-13"),
    ("innerhalb von drei bis fünf werktagen", "2026-03-18"),
    ("in 14 tagen", "2026-03-25"),
    ("in einer woche", "2026-03-18"),
    ("bis ende der woche", "2026-03-13"),
    ("nächste woche", "2026-03-20"),
    ("nächste woche montag", "2026-03-16"),
    ("bis ende des monats", "2026-03-31"),
    ("am 14.", "2026-03-14"),
    ("bis zum dritten april", "2026-04-03"),
    ("vor freitag", "2026-03-12"),
    ("donnerstag oder freitag", "2026-03-13"),
]
MOMENT = [
    ("innerhalb von 48 stunden", "2026-03-13 14:22"),
    ("in einer halben stunde", "2026-03-11 14:52"),
    ("in zehn minuten", "2026-03-11 14:32"),
    ("bis 17 uhr morgen", "2026-03-12 17:00"),
    ("morgen bis zehn uhr", "2026-03-12 10:00"),
    ("morgen um 9 uhr morgens", "2026-03-12 09:00"),
    ("morgen vormittag", "2026-03-12 12:00"),
]
NOT_DUE = [
    "vor drei tagen",
    "letzten freitag",
    "seit montag",
    "vor zwei bis drei wochen",
    "guten morgen",
    "vor einer halben stunde",
    "vor 20 minuten",
    "jeden dienstag",
]
PROMISES = [
    ("A: Ich rufe Sie morgen zurück.", "call", "2026-03-12"),
    ("A: Ich werde Sie bis Freitag zurückrufen.", "call", "2026-03-13"),
    ("A: Dann melde ich mich am Montag bei Ihnen.", "call", "2026-03-16"),
    ("A: Der Kollege meldet sich heute noch bei Ihnen.", "call", "2026-03-11"),
    ("A: Ich verspreche Ihnen, dass ich Sie morgen zurückrufe.", "call", "2026-03-12"),
    ("A: Ich geb dir bis Donnerstag Bescheid.", "call", "2026-03-12"),
    ("A: Sie bekommen morgen eine E-Mail von uns.", "send", "2026-03-12"),
    ("A: Ich schicke Ihnen das per Post zu.", "send", None),
    ("A: Das Ersatzgerät geht morgen raus.", "send", "2026-03-12"),
    ("A: Am Freitag kommt ein Techniker zu Ihnen.", "visit", "2026-03-13"),
    ("A: Ich habe Sie für Donnerstag eingetragen.", "visit", "2026-03-12"),
    ("A: Der Betrag wird Ihnen in drei bis fünf Werktagen erstattet.", "money", "2026-03-18"),
    ("A: Wir überweisen Ihnen das Geld bis Ende der Woche.", "money", "2026-03-13"),
    ("A: Ich kümmere mich darum.", "look_into", None),
    ("A: Ich gebe das an die Technik weiter.", "look_into", None),
    ("A: Ich werde das veranlassen.", "arrange", None),
    ("C: Ich schicke Ihnen die Unterlagen bis Montag.", "send", "2026-03-16"),
]
NO_PROMISE = [
    "A: Einen Moment bitte, ich schaue kurz nach.",
    "A: Ich prüfe das, einen Moment.",
    "A: Ich verbinde Sie mit der Technik.",
    "A: Normalerweise rufen wir innerhalb von zwei Tagen zurück.",
    "A: Kann ich Sie morgen zurückrufen?",
    "A: Soll ich Ihnen das zuschicken?",
    "A: Ich habe Ihnen gestern eine Mail geschickt.",
    "A: Das kann ich Ihnen leider nicht erstatten.",
    "C: Ihr Kollege hat gesagt, er ruft mich am Freitag zurück.",
    "C: Es sollte am Montag ein Techniker kommen.",
    "C: Ich rufe an wegen meiner Rechnung.",
    "C: Der Techniker kommt am Freitag, richtig?",
    "A: Rufen Sie uns dann einfach noch mal an.",
    "A: Melden Sie sich einfach, wenn es nicht klappt.",
]
ENDS = [
    (("A: So, die Karte ist jetzt freigeschaltet.", "C: Ja, jetzt geht es wieder."), "resolved"),
    (("A: Ich rufe Sie morgen zurück.",), "promised_follow_up"),
    (("A: Leider kann ich da nichts machen.", "C: Das ist eine Frechheit."), "unresolved"),
    (("A: Ich verbinde Sie mit der Technik.",), "transferred"),
    (("A: Ich nehme eine Beschwerde für Sie auf.",), "escalated"),
    (("C: Oh, da habe ich mich verwählt.",), "not_applicable"),
    (("A: Guten Tag.", "C: Guten Tag, ich habe eine Frage."), "unknown"),
    (("C: Jetzt geht es gar nicht mehr.",), "unknown"),
]
TRANSFER = ["Ich verbinde Sie mit der Technik.", "Ich stelle Sie mal durch.",
            "Ich leite Sie an die Buchhaltung weiter.", "Bleiben Sie bitte dran."]  # fmt: skip
NO_TRANSFER = ["Ich leite das an die Technik weiter.", "Verbinden Sie das Gerät mit dem Router.",
               "Ich stelle Ihnen eine neue Rechnung aus."]  # fmt: skip
GOODBYE = ["Auf Wiederhören.", "Danke, tschüss!", "Schönen Tag noch."]
NO_GOODBYE = ["Ich habe einen schönen Garten.", "Guten Tag."]
CUES = [
    ("A: Tut mir wirklich leid.", "apology"),
    ("A: Unser System ist gerade abgestürzt.", "system_down"),
    ("C: Das Paket ist nicht angekommen.", "delivery"),
    ("C: Mir wurde das doppelt abgebucht.", "billing"),
    ("C: Das Gerät ist defekt.", "product_defect"),
    ("A: Dafür ist die Buchhaltung zuständig.", "hand_off"),
]
NO_CUES = ["C: Das Paket ist da.", "A: Die Rechnung stimmt.", "C: Ich möchte meinen Vertrag sehen."]
DIALOGUE = (
    "A: Guten Tag, mein Name ist Weber, was kann ich für Sie tun?",
    "C: Guten Tag. Meine Spülmaschine ist kaputt. Ich habe am Montag schon angerufen, und es hat "
    "sich niemand gemeldet.",
    "A: Das tut mir leid. Ich schaue kurz nach. Am Freitag kommt ein Techniker zu Ihnen.",
    "C: Kann er vor zehn Uhr da sein?",
    "A: Ich kläre das und rufe Sie bis morgen Mittag zurück.",
    "C: Gut, danke. Auf Wiederhören.",
    "A: Auf Wiederhören.",
)
TOLD = {
    "claims": [(2, 2)],
    "promises": [("visit", "2026-03-13"), ("look_into", "2026-03-12")],
    "outcome": "promised_follow_up",
}
