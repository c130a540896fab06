"""Polish as it is spoken on the telephone, on Wednesday 11 March 2026, 14:22."""

PAST = [
    ("Wczoraj już dzwoniłem w tej sprawie.", (1, 1)),
    ("Przedwczoraj rozmawiałam z konsultantką.", (2, 2)),
    ("Dzwoniłam dwa tygodnie temu.", (13, 15)),
    ("Tydzień temu pisałem do państwa.", (6, 8)),
    ("Dzwoniłem w poniedziałek.", (2, 2)),
    ("Kontaktowałem się w zeszły piątek.", (5, 12)),
    ("Pisałam do państwa trzeciego marca.", (8, 8)),
    ("Trzy dni temu już dzwoniłam.", (3, 3)),
    ("W zeszłym tygodniu powiedziano mi, że technik przyjdzie w piątek.", (3, 9)),
    ("Dzwoniłam już dzisiaj rano.", (0, 0)),
    ("Zgłaszałem to w poniedziałek.", (2, 2)),
]
UNDATED = [
    "Nadal nie działa.",
    "Dzwonię już trzeci raz.",
    "Mówił pan, że pan oddzwoni.",
    "Nikt do mnie nie oddzwonił.",
    "Powiedziano mi, że technik przyjdzie w piątek.",
    "Znowu dzwonię w sprawie pralki.",
    "Internet znowu nie działa.",
    "Rozmawiałem z pana kolegą.",
]
NO_CLAIM = [
    "Dzwonię w sprawie rachunku.",
    "Pralka od wczoraj nie działa.",
    "Zgubiłem kartę we wtorek.",
    "Może pan jutro do mnie oddzwonić?",
    "Chcę umówić wizytę.",
    "Dzwoniłem do swojego banku w sprawie karty.",
    "Jeszcze do państwa nie dzwoniłem.",
    "Dziękuję za telefon.",
]
DUE = [
    ("do piątku", "2026-03-13"),
    ("we czwartek", "2026-03-12"),
    ("jutro", "2026-03-12"),
    ("pojutrze", "2026-03-13"),
    ("jeszcze dzisiaj", "2026-03-11"),
    ("do końca dnia", "2026-03-11"),
    ("za dwa dni", "2026-03-13"),
    ("w ciągu trzech do pięciu dni roboczych", "2026-03-18"),
    ("za tydzień", "2026-03-18"),
    ("w ciągu dwóch tygodni", "2026-03-25"),
    ("do końca tygodnia", "2026-03-13"),
    ("w przyszłym tygodniu", "2026-03-20"),
    ("w poniedziałek w przyszłym tygodniu", "2026-03-16"),
    ("do końca miesiąca", "2026-03-31"),
    ("14 marca", "2026-03-14"),
    ("trzeciego kwietnia", "2026-04-03"),
    ("przed piątkiem", "2026-03-12"),
]
MOMENT = [
    ("w ciągu 48 godzin", "2026-03-13 14:22"),
    ("za pół godziny", "2026-03-11 14:52"),
    ("za dziesięć minut", "2026-03-11 14:32"),
    ("za godzinę", "2026-03-11 15:22"),
    ("jutro do piątej", "2026-03-12 17:00"),
    ("jutro o 9 rano", "2026-03-12 09:00"),
    ("w piątek do 10:30", "2026-03-13 10:30"),
    ("jutro przed południem", "2026-03-12 12:00"),
]
NOT_DUE = [
    "trzy dni temu",
    "w zeszły piątek",
    "od poniedziałku",
    "dwa tygodnie temu",
    "pół godziny temu",
    "tydzień temu",
    "czekam od wtorku",
    "w zeszłym miesiącu",
]
PROMISES = [
    ("A: Oddzwonię do pani jutro.", "call", "2026-03-12"),
    ("A: Skontaktujemy się z panem do piątku.", "call", "2026-03-13"),
    ("A: Kolega oddzwoni do pana jeszcze dzisiaj.", "call", "2026-03-11"),
    ("A: Jak tylko będę coś wiedzieć, dam pani znać.", "call", None),
    ("A: Jutro otrzyma pani maila z potwierdzeniem.", "send", "2026-03-12"),
    ("A: Wyślę panu fakturę mailem.", "send", None),
    ("A: Paczka dotrze za dwa dni.", "send", "2026-03-13"),
    ("A: W piątek przyjedzie do państwa technik.", "visit", "2026-03-13"),
    ("A: Umówiłam pana na czwartek.", "visit", "2026-03-12"),
    ("A: Pieniądze wrócą na konto w ciągu trzech do pięciu dni roboczych.", "money", "2026-03-18"),
    ("A: Zwrócimy pani pieniądze do końca tygodnia.", "money", "2026-03-13"),
    ("A: Zajmę się tym.", "look_into", None),
    ("A: Przekażę to do działu technicznego.", "look_into", None),
    ("A: Reklamacja zostanie rozpatrzona w tym tygodniu.", "look_into", "2026-03-13"),
    ("A: Zgłoszę to jutro.", "arrange", "2026-03-12"),
    ("A: Oddzwonimy nie później niż w piątek.", "call", "2026-03-13"),
    ("C: Prześlę dokumenty w poniedziałek.", "send", "2026-03-16"),
]
NO_PROMISE = [
    "A: Chwileczkę, sprawdzę.",
    "A: Łączę panią z działem technicznym.",
    "A: Zazwyczaj oddzwaniamy w ciągu dwóch dni, zwykle ktoś zadzwoni.",
    "A: Czy mam jutro oddzwonić?",
    "A: Może wyślę to pani mailem?",
    "A: Wczoraj wysłałam pani maila.",
    "A: Niestety nie zwrócimy panu pieniędzy.",
    "C: Powiedziano mi, że ktoś zadzwoni w piątek.",
    "C: Technik miał przyjść w poniedziałek.",
    "C: Dzwonię w sprawie rachunku.",
    "C: Technik przyjedzie w piątek?",
    "C: Kurier przyjedzie jutro.",
]
ENDS = [
    (("A: Karta została odblokowana.", "C: Tak, już działa."), "resolved"),
    (("A: Oddzwonię do pani jutro.",), "promised_follow_up"),
    (("A: Niestety nic nie mogę zrobić.", "C: To jest skandal."), "unresolved"),
    (("A: Łączę panią z działem technicznym.",), "transferred"),
    (("A: Skarga została przyjęta.", "A: Trafi do mojego kierownika."), "escalated"),
    (("C: Oj, przepraszam, pomyłka.",), "not_applicable"),
    (("A: Dzień dobry.", "C: Dzień dobry, mam pytanie."), "unknown"),
    (("C: Wcale nie działa.",), "unknown"),
]
TRANSFER = ["Łączę panią z konsultantem.", "Przełączę pana do działu sprzedaży.",
            "Już pana łączę.", "Proszę się nie rozłączać."]  # fmt: skip
NO_TRANSFER = ["Przełączę tryb w routerze.", "Przekażę to do działu technicznego.",
               "Przeleję panu pieniądze jutro."]  # fmt: skip
GOODBYE = ["Do widzenia.", "Dziękuję, do usłyszenia!", "Miłego dnia."]
NO_GOODBYE = ["Dzień dobry.", "Na razie nic nie przyszło, czekam, aż będzie."]
CUES = [
    ("A: Bardzo przepraszam.", "apology"),
    ("A: System się zawiesił.", "system_down"),
    ("C: Paczka nie dotarła.", "delivery"),
    ("C: Pobrano mi pieniądze dwa razy.", "billing"),
    ("C: Telewizor się zepsuł.", "product_defect"),
    ("A: Tym zajmuje się inny dział.", "hand_off"),
]
NO_CUES = ["C: Paczka dotarła.", "A: Rachunek się zgadza.", "C: Chcę zobaczyć swoją umowę."]
DIALOGUE = (
    "A: Dzień dobry, przy telefonie Anna, w czym mogę pomóc?",
    "C: Dzień dobry. Nie działa mi zmywarka. Dzwoniłam w poniedziałek i nikt nie oddzwonił.",
    "A: Bardzo mi przykro. Chwileczkę. W piątek przyjedzie do pani technik.",
    "C: A może być przed dziesiątą?",
    "A: Sprawdzę to i oddzwonię do pani jutro przed południem.",
    "C: Dobrze, dziękuję. Do widzenia.",
    "A: Do widzenia, miłego dnia.",
)
TOLD = {
    "claims": [(2, 2)],
    "promises": [("visit", "2026-03-13"), ("call", "2026-03-12")],
    "outcome": "promised_follow_up",
}
