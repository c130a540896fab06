"""Spanish as it is spoken on the telephone, on Wednesday 11 March 2026, 14:22."""

PAST = [
    ("Llamé ayer por este mismo asunto.", (1, 1)),
    ("Anteayer hablé con una compañera suya.", (2, 2)),
    ("He llamado hace dos semanas.", (13, 15)),
    ("Ya llamé el lunes.", (2, 2)),
    ("Hablé con ustedes el viernes pasado.", (5, 12)),
    ("Les escribí el 3 de marzo.", (8, 8)),
    ("Llamé hace tres días.", (3, 3)),
    ("Me dijeron la semana pasada que vendría el viernes.", (3, 9)),
    ("Ya he llamado esta mañana.", (0, 0)),
    ("Cancelé el pedido el lunes.", (2, 2)),
]
UNDATED = [
    "Sigue sin funcionar.",
    "Es la tercera vez que llamo.",
    "Usted me dijo que me llamaría.",
    "Nadie me ha llamado.",
    "Me dijeron que vendría un técnico el viernes.",
    "Vuelvo a llamar por mi pedido.",
    "Todavía no me ha llegado nada.",
    "Ya he hablado con su compañero.",
]
NO_CLAIM = [
    "Llamo por mi factura.",
    "Mi lavadora no funciona desde ayer.",
    "Perdí mi tarjeta el martes.",
    "¿Me puede llamar mañana?",
    "Quiero pedir una cita.",
    "Llamé a mi banco por la tarjeta.",
    "Gracias por su llamada.",
    "Nunca he comprado con ustedes.",
]
DUE = [
    ("antes del viernes", "2026-03-12"),
    ("para el viernes", "2026-03-13"),
    ("mañana", "2026-03-12"),
    ("mañana por la mañana", "2026-03-12"),
    ("pasado mañana", "2026-03-13"),
    ("hoy mismo", "2026-03-11"),
    ("en dos días", "2026-03-13"),
    ("de tres a cinco días hábiles", "2026-03-18"),
    ("en quince días", "2026-03-26"),
    ("dentro de una semana", "2026-03-18"),
    ("a finales de semana", "2026-03-13"),
    ("la semana que viene", "2026-03-20"),
    ("el lunes de la semana que viene", "2026-03-16"),
    ("a fin de mes", "2026-03-31"),
    ("el día 14", "2026-03-14"),
    ("el tres de abril", "2026-04-03"),
    ("entre el jueves y el viernes", "2026-03-13"),
]
MOMENT = [
    ("en 48 horas", "2026-03-13 14:22"),
    ("dentro de media hora", "2026-03-11 14:52"),
    ("en diez minutos", "2026-03-11 14:32"),
    ("mañana antes de las cinco", "2026-03-12 17:00"),
    ("mañana a las 9 de la mañana", "2026-03-12 09:00"),
    ("el viernes antes de las 10:30 de la mañana", "2026-03-13 10:30"),
    ("mañana al mediodía", "2026-03-12 12:00"),
]
NOT_DUE = [
    "hace tres días",
    "el viernes pasado",
    "desde el lunes",
    "hace dos o tres semanas",
    "esta mañana",
    "hace media hora",
    "por la mañana",
    "los martes",
]
PROMISES = [
    ("A: Le llamo mañana.", "call", "2026-03-12"),
    ("A: Le llamaremos antes del viernes.", "call", "2026-03-12"),
    ("A: Te vuelvo a llamar el lunes.", "call", "2026-03-16"),
    ("A: Un compañero se pondrá en contacto con usted hoy mismo.", "call", "2026-03-11"),
    ("A: Me comprometo a llamarle mañana por la tarde.", "call", "2026-03-12"),
    ("A: En cuanto sepa algo, te aviso.", "call", None),
    ("A: Mañana recibirá un correo con la confirmación.", "send", "2026-03-12"),
    ("A: Le envío la factura por correo.", "send", None),
    ("A: El repuesto le llegará en dos días.", "send", "2026-03-13"),
    ("A: El viernes irá un técnico a su casa.", "visit", "2026-03-13"),
    ("A: Le he agendado una visita para el jueves.", "visit", "2026-03-12"),
    ("A: Se le devolverá el importe en tres o cinco días hábiles.", "money", "2026-03-18"),
    ("A: Le abonaremos el dinero antes de fin de mes.", "money", "2026-03-31"),
    ("A: Yo me encargo.", "look_into", None),
    ("A: Voy a pasar su caso al departamento técnico.", "look_into", None),
    ("A: Tramitaré la baja.", "arrange", None),
    ("C: Les mando los documentos el lunes.", "send", "2026-03-16"),
]
NO_PROMISE = [
    "A: Un momento, por favor, voy a revisar su cuenta.",
    "A: Le paso con el departamento técnico.",
    "A: Normalmente llamamos en dos días.",
    "A: ¿Le llamo mañana?",
    "A: ¿Quiere que se lo envíe por correo?",
    "A: Le envié un correo ayer.",
    "A: No le podemos devolver el dinero.",
    "C: Me dijeron que me llamarían el viernes.",
    "C: Iban a enviarme un técnico el lunes.",
    "C: Le llamo por mi factura.",
    "C: ¿El técnico vendrá el viernes?",
    "A: Si vuelve a pasar, llámenos.",
]
ENDS = [
    (("A: Ya está, la tarjeta ha quedado activada.", "C: Sí, ya funciona."), "resolved"),
    (("A: Le llamo mañana.",), "promised_follow_up"),
    (("A: Lamentablemente no podemos hacer nada.", "C: Es una vergüenza."), "unresolved"),
    (("A: Le paso con el departamento técnico.",), "transferred"),
    (("A: Voy a abrir una reclamación formal.", "A: Lo verá mi supervisor."), "escalated"),
    (("C: Perdone, me he equivocado de número.",), "not_applicable"),
    (("A: Buenos días.", "C: Buenos días, tengo una pregunta."), "unknown"),
    (("C: Es que no funciona.",), "unknown"),
]
TRANSFER = ["Le paso con un compañero.", "Voy a transferirle con el departamento de ventas.",
            "La comunico con soporte técnico ahora.", "No cuelgue, por favor."]  # fmt: skip
NO_TRANSFER = ["Voy a pasarle el presupuesto por correo.", "Le transfiero el dinero hoy.",
               "Le paso la factura por correo."]  # fmt: skip
GOODBYE = ["Adiós.", "Muchas gracias, hasta luego.", "Que tenga un buen día."]
NO_GOODBYE = ["Buenos días.", "Fue un buen día para llamar."]
CUES = [
    ("A: Lo siento mucho.", "apology"),
    ("A: El sistema está caído.", "system_down"),
    ("C: Mi pedido no ha llegado.", "delivery"),
    ("C: Me han cobrado dos veces.", "billing"),
    ("C: La lavadora no funciona.", "product_defect"),
    ("A: Eso lo lleva otro departamento.", "hand_off"),
]
NO_CUES = ["C: El paquete llegó bien.", "A: La factura es correcta.", "C: Quiero ver mi contrato."]
DIALOGUE = (
    "A: Buenos días, le atiende Marta, ¿en qué puedo ayudarle?",
    "C: Buenos días. Mi lavavajillas no funciona. Llamé el lunes y nadie me ha llamado.",
    "A: Lo siento mucho. Un momento, por favor. El viernes irá un técnico a su casa.",
    "C: ¿Puede venir antes de las diez?",
    "A: Lo consultaré y le llamo mañana al mediodía.",
    "C: Muy bien, gracias. Hasta luego.",
    "A: Que tenga un buen día, adiós.",
)
TOLD = {
    "claims": [(2, 2)],
    "promises": [("visit", "2026-03-13"), ("look_into", "2026-03-12")],
    "outcome": "promised_follow_up",
}
