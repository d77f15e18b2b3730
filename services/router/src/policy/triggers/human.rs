//! Somebody asks for a person: politely, rudely, by telephone, or by not wanting a machine.

use std::sync::LazyLock;

use super::phrases::{Class, Words, spelt};

/// Persons of a shop, ways to call one, what may stand between the two, and the machine.
pub(super) static CLASSES: [Class; 5] = [
    Class {
        name: "person",
        patterns: &[
            "человек|человека|человеку|человеком|люди|людей|людям|людьми|чела|челика",
            "продавец|продавц*|менеджер*|менагер*|манагер*|оператор*|хозяин|хозяев*|хозяин*|владелец|владельц*",
            "консультант*|сотрудник|сотрудника|сотруднику|сотрудником|сотрудников|админ|админа|админу|администратор*",
            "начальник*|начальств*|директор*|руководител*|руководств*|старшего|старшим|старший|главного|главным|главный",
            "специалист*|поддержк*|саппорт*|техподдержк*|шеф|шефа",
            "human|humans|person|someone|somebody|operator|agent|representative|rep|manager|owner|seller|supervisor",
            "staff|support|boss|employee",
            "humano|humana|persona|alguien|operador|operadora|agente|representante|encargado|encargada|dueno|dueño",
            "dueña|vendedor|vendedora|gerente|asesor|responsable|empleado",
        ],
        words: LazyLock::new(|| {
            spelt(
                "менеджер менеджера оператор оператора человека человеком продавца консультанта human person operator",
            )
        }),
    },
    Class {
        name: "call",
        patterns: &[
            "позов*|позвать|зови|зовите|соедини*|переключи*|переведи*|перевести|свяжи*|связать*|связаться|подключи*",
            "приглас*|поговор*|говорить|пообща*|общаться|переписыв*|передай*|попроси*|пусть|пускай|требую",
            "ответь*|ответит|ответить|отзовись|отзовитесь|обратиться|достучаться",
            "speak|talk|chat|connect|transfer|deal|reach|contact|answer|call|escalate",
            "hablar|comunicar*|comuníqueme|páseme|pásame|paseme|pasame|póngame|pongame|ponme|tratar|conecte|conécteme",
            "transfiera|transferir|llame|llamen|conteste|atienda|responda|avise",
        ],
        words: LazyLock::new(|| {
            spelt("позовите переключите соедините поговорить пообщаться transfer")
        }),
    },
    Class {
        name: "want",
        patterns: &[
            "хочу|хотел|хотела|хотелось|хотим|нужен|нужна|нужно|нужны|надо|можно|дай|дайте|давай|давайте|мне|нам|жду",
            "ищу|есть|имеется|где|через|лично|лучше|только|сам|сама|самим|самого|want|need|get|give|bring|put|prefer",
            "quiero|necesito|deme|dame|hay|prefiero|quisiera|busco",
        ],
        words: LazyLock::new(Vec::new),
    },
    Class {
        name: "between",
        patterns: &[
            "живой|живого|живому|живым|живые|живых|живыми|реальн*|настоящ*|нормальн*|адекватн*|обычн*|ваш|вашего|вашим",
            "кто|кого|кем|кому|нибудь|то|либо|мне|нам|бы|уже|тут|здесь|сюда|там|ваших|из|с|со|к|у|на|от|именно|просто",
            "хоть|какого|какой|пожалуйста|плиз|другого|другой|ли|вас|срочно|сейчас|службу|службой|связь|ответа|и|а|это",
            "скорее|быстро|эй|алло|ало",
            "a|an|the|me|to|with|some|real|live|actual|any|available|please|pls|your|there|on|of|through|in|right|now",
            "un|una|el|la|los|con|al|de|verdad|por|favor|me|que|otra|otro|algún|algun",
        ],
        words: LazyLock::new(Vec::new),
    },
    Class {
        name: "bot",
        patterns: &[
            "бот|бота|ботом|боту|боты|ботов|ботам|ботами|робот|робота|роботом|роботу|роботы|роботов|роботам|роботами",
            "автоответ*|программа|программой|программы|машина|машиной|нейросет*|железяк*|bot|bots|robot|robots|machine",
            "chatbot|automated|máquina|maquina",
        ],
        words: LazyLock::new(Vec::new),
    },
];

const ASKED_FOR: &[&str] = &[
    "@call … @person",
    "@person … @call",
    "@want @person",
    "@want @between @person",
    "@want @between @between @person",
    "@want @between @between @between @person",
    "@person @want",
    "@person @between @want",
    "@person @between @between @want",
    "is|are there … @person",
    "кто … живой|живая|живые|живых",
    "есть … живые люди|сотрудники",
    "кто|кого|кем нибудь|то|либо … @call",
    "@want … кого|кем|кому нибудь|то|либо … толков*|разбира*|живого|другого|старш*|люд*",
    "@want мне|нам|бы кого|кому|кем нибудь|то|либо",
    "кто|кого|кем нибудь|то|либо из ваших|персонала|команды|людей|магазина|живых|начальства",
    "сам|сами|лично … ответь*|ответит|напиши|напишите",
    "ответь*|ответит|напиши|напишите … сам|сами|лично",
    "не … ботом|роботом|автоответчиком",
    "из персонала|команды",
    "@call … кто|кого|кем|кому нибудь|то|либо",
    "someone|somebody … answer|help|reply",
    "speak|talk … whoever|anyone|anybody",
    "перезвони|перезвоните|созвон*",
    "набери|наберите мне|меня|нас",
    "позвони|позвоните|позвонить … мне|нам|вам",
    "мне|нам|вам … позвони|позвоните|позвонить",
    "call|phone|ring me",
    "llámeme|llameme|llámame|llamame",
    "llamar|llame|llamen … teléfono|telefono",
    "свяжитесь … мной|нами",
    "que me conteste|atienda|responda",
    "номер* … для связи",
    "обсудить|поговорить|решить … по телефону",
    "дай|дайте|скинь|скиньте … номер* телефона",
    "отключи|отключите|выключи|выключите @bot",
];
/// Not wanting the machine is wanting a person.
const NO_MACHINE: &[&str] = &[
    "без|кроме|помимо|вместо|хватит|отстань|отвали|надоел* … @bot",
    "не с|от|через @bot",
    "не @bot",
    "не|ни … хочу|буду|желаю|собираюсь|надо|нужен|нужны|хочется … @bot",
    "@bot … не … хочу|буду|желаю|нужен|нужны|надо|доверя*",
    "don|dont|not|no|stop|enough|instead|without|hate … @bot",
    "don|dont|not … talk|chat|speak|deal … @bot",
    "basta|sin|no … @bot",
];
/// Goods, not a call: «палатка на двух человек», «подарок для начальника», «робот-пылесос».
const GOODS: &[&str] = &[
    "человек* паук*",
    "на|сколько|скольки|до человек|человека",
    "# человек|человека|people|personas",
    "палатк*|комплект*|набор* … человек|человека",
    "для|под … @person",
    "фигурк*|книг*|игрушк*|кружк*|чашк*|надпис*|футболк*|подар*|костюм* … @person",
    "for my|a|the @person",
    "gift|model|figure|toy|book … @person",
    "@person … model|figure|figurine|book|costume|skeleton|anatomy",
    "regalo … @person",
    "робот* пылесос*|мойщик*|трансформер*|игруш*",
    "игруш* робот*",
    "robot vacuum|vacuums|toy|kit|mower",
    "robot … juguete|aspirador*",
    "toy … @bot",
];
/// What is about a person, or about a way to reach one.
const THINKABLE: &[&str] = &[
    "@person|@bot|живой|живая|живые|живым|настоящ*|реальн*|лично|голос*|мастер*|кто|ты|алло",
    "телефон*|звон*|позвон*|перезвон*|созвон*|набер*|номер*|связ*|свяж*|контакт*|трубк*|напиш*|ответ*|переключ*",
    "ватсап*|вотсап*|вацап*|whatsapp|телеграм*|телег*|telegram|вайбер*|viber|service",
    "phone|call|ring|number|real|alive|people|anyone|ai|reach|contact|speak|talk|someone",
    "teléfono|telefono|llam*|número|numero|contact*|comunic*|real|eres|hablar",
];

/// Whether a sentence asks for a person.
pub(super) fn is_asked_for(words: &Words<'_>) -> bool {
    let called = words.say(&["позов*|зови|зовите|соедини*|переключи*|поговор*|пообща* … @person"])
        && !words.say(&["для|под … @person"]);
    if words.say(GOODS) && !called {
        return false;
    }
    let alone = words.len() <= 5
        && words.are_only(&["@person", "@between", "@want"])
        && words.say(&["@person"])
        && !words.say(&["на|от @person"]);
    alone || words.say(ASKED_FOR) || words.say(NO_MACHINE)
}

/// Whether a call for a person is thinkable at all: a classifier alone takes goods that sound like one, toy robots and
/// bells, for a call.
pub(super) fn is_thinkable(words: &Words<'_>) -> bool {
    words.say(THINKABLE) && !words.say(GOODS) && !words.say(&["call bell|bells"])
}
