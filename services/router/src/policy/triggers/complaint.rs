//! A buyer is angry, was wronged, or wants money back. A question whether a thing may break is none.

use super::phrases::Words;

/// Said by nobody who is content.
const ANGRY: &[&str] = &[
    "мошенни*|обманщик*|обманщиц*|обманули|обманываете|обманул|обман|кидал*|кинули|разводил*|разводите|жулик*|ворье|воры",
    "развод какой|полный|чистый|чистой",
    "это|ваш|просто … развод|кидалово|лохотрон|обман|обдираловка",
    "безобраз*|хамств*|хамите|хамят|нахамил*|хамло|грубите|нагрубил*|отвратит*|мерзк*|позор*|отстой*|лохотрон*",
    "стыдно|бессовестн*|наглост*|обнагле*|офигел*|охренел*|офонарел*|издева*|прикалываетесь",
    "бесит|бесите|бесишь|взбесил*|задолбал*|заколебал*|надоело|надоели|осточертел*",
    "достали уже|со|меня",
    "вы|уже|меня достали",
    "пошел|пошли|пошла … ты|вы|лесом|нафиг|нахер|на",
    "иди|идите … лесом|нафиг|нахер|черту|жопу",
    "хуй*|хуе*|пизд*|пезд*|ебан*|ебат*|ебуч*|еблан*|говн*|дерьм*|хрень|хрени|хреново|хренов*|фигня|фигню|фигни|херн*",
    "вранье|врете|врешь|врете|врут|наврали|соврали|лжете|ложь|брехня",
    "недовол*|разочаров*|возмущ*|негодую|шокирован*|неуважен*|неуважительн*|непрофессиональн*|некомпетентн*",
    "в шоке … от|с",
    "день|неделю|месяц|дней|дня … тишина|молчите|молчание",
    "совесть|совести … есть|нет|имейте",
    "задрал*|заебал*|замучил*|вымотали|свинств*|беспредел*|произвол*|грабеж|грабите|впарил*|впариваете|втюхал*|всучил*",
    "потрепали|трепать|треплете … нерв*",
    "морочите|морочишь|дурите|дурят",
    "компенсац*|компенсир*|неустойк*|юрист*|адвокат*",
    "прав* потребител*",
    "дрянь|дрянной|убогий|убого|паршив*|никчемн*|ничтожн*|убожество",
    "вообще … собираетесь|думаете|работаете|читаете",
    "плохо|ужасно|отвратительно|хамски … обслуж*|относ*|разговарив*|работаете|упаков*",
    "деньги на ветер",
    "зря … купил*|заказал*|связал*|потратил*|заплатил*",
    "жалею … купил*|заказал*|связал*",
    "не связывайтесь|покупайте|советую|рекомендую",
    "rude|unprofessional|incompetent|dishonest|frustrating|frustrated|annoying|annoyed|upset|pissed|lawyer|court|police",
    "waste of",
    "regret|regretting",
    "mal|mala|malísimo|malísima servicio|atención|atencion|trato|experiencia|calidad",
    "no … vuelvo|volveré|volvere|recomiendo",
    "groser*|maleducad*|abogado|policía|policia",
    "ужас*|кошмар*|плох*|гадк*|отвратн*|мерзк* … магазин*|сервис*|качеств*|обслуж*|отношен*|продав*|упаков*",
    "магазин*|сервис*|качеств*|обслуж*|отношен* … ужас*|кошмар*|отврат*|никак*|нулев*|дно|хлам",
    "никогда … не … куплю|закажу|вернусь|буду",
    "больше … никогда",
    "роспотреб*|прокуратур*|полици*|претензи*|жалобу|жалоба|жаловаться|пожалуюсь|пожаловаться|нажалуюсь|жалуюсь",
    "в суд",
    "поставлю|оставлю|напишу … звезд*|плохой|негативн*|отрицательн*|худший",
    "одну|единицу … звезд*|поставлю",
    "негативный|плохой отзыв",
    "халтур*|барахло|шарага|шарашк*",
    "полное|полная|полный дно|чушь|бред",
    "так … не делается|делаются|поступают|годится",
    "сколько можно ждать|терпеть|уже|повторять|издев*",
    "вы … отвечать|ответите|отвечаете … или|собираетесь|думаете",
    "никто … не отвеча*|ответил*|реагир*",
    "почему|чего … не|никто|игнор* … отвеча*|отвечае*",
    "игнорите|игнорируете|игнорит|динамите|динамят",
    "scam|scammer|scammers|scammed|fraud|fraudster|thief|thieves|liar|liars|lied|lying|cheated|cheater|cheaters|ripoff",
    "rip off",
    "terrible|awful|horrible|worst|disgusting|pathetic|shameful|appalling … service|shop|seller|quality|experience|ever",
    "never again|buying|ordering",
    "useless|unacceptable|ridiculous|outrageous|disgrace|disgraceful|disappointed|disappointing|furious|angry",
    "fed up",
    "sick of",
    "wtf|garbage|crap|shit|shitty|fuck|fucking|bullshit|damn|rubbish|trash",
    "what a joke|shame|disgrace|mess",
    "complaint|complain|complaining",
    "report|sue you",
    "nobody … answers|answer|replies|reply|respond*|cares|bothers",
    "no one … answers|answer|replies|reply|respond*|cares|bothers",
    "estafa|estafador*|ladron*|ladrón|timo|timador*|fraude|engañ*|mentiros*|mentira*|vergüenza|verguenza|basura|mierda",
    "pésimo|pesimo|pésima|pesima|inaceptable|decepcion*|indignad*|harto|harta|enfadad*|denunci*|queja|quejarme|reclamación",
    "reclamar|reclamo|asco|fatal",
    "nadie … contesta|responde|atiende",
    "nunca más|mas",
];
/// Money, or another thing, is wanted back.
const BACK: &[&str] = &[
    "верни|верните|вернити|вернуть|возвра* … деньги|денег|средств*|оплат*|предоплат*",
    "деньги … верни|верните|вернуть|назад|обратно|где",
    "где … деньги",
    "хочу|требую|прошу|надо|нужно|буду … вернуть|возврат*|обменять",
    "оформить|оформите|сделать|сделайте возврат",
    "забери|заберите … обратно|назад|себе",
    "деньги … списал*|сняли|ушли … а|но",
    "списал*|снял* … дважды|раза|лишн*|деньги",
    "дважды|раза|лишн* … списал*|снял*",
    "want|need|demand|give|get … refund|refunded",
    "money back",
    "charged|billed … twice|double|again|wrong",
    "quiero|exijo|necesito|solicito … devolución|devolucion|reembolso|devolver",
    "devuelv*|devolver* … dinero",
    "me cobraron … dos|doble|más|mas",
];
/// What went wrong with a thing, in the past or at once: «порвался», «не работает».
const BROKEN: &[&str] = &[
    "порвал*|разорвал*|оторвал*|надорвал*|сломал*|поломал*|разломал*|развалил*|расползл*|отвалил*|отпал*|лопнул*",
    "молни*|шов|швы|замок … разошл*",
    "треснул*|разбил*|раскололся|расклеил*|отклеил*|облез*|облупил*|слезл*|сгорел*|задымил*|заклинил*|потек|потекл*|сдулся|искрит|коротит|дымит|взорвал*",
    "испортил*|перестал*|сдох*|вылинял*|полинял*|погнул*|отлетел*",
    "не … работает|включается|включился|заряжается|греет|закрывается|застегивается|держит|функционирует",
    "протекает|течет|линяет|воняет|скрипит|шатается|глючит|тупит|расползается|разваливается|ломается|облезает",
    "не хватает|хватило|доложили|положили|докомплект*",
    "не соответств*|похож … описан*|заявл*|фото*",
    "broke|tore|ripped|smashed|shattered|snapped|collapsed|leaks|leaked",
    "fell|falls|came|coming apart|off",
    "stopped|stops working|charging",
    "doesn|don|didn|won|not … work|working|turn|charge|close|zip",
    "missing",
    "rompió|rompio|rompieron",
    "no … funciona|enciende|carga|cierra|sirve",
    "falta|faltan … pieza*|correa*|parte*|tornillo*",
];
/// How a thing is that one has no joy of; goods may be so on purpose, or be asked for that way.
const SPOILT: &[&str] = &[
    "рван*|порванн*|сломанн*|разбит*|битый|битая|треснут*|мятый|мятая|мятое|помят*|бракованн*|грязн*|испачкан*|поцарапан*",
    "брак|брака|браком|дефект*|дырк*|дыра|дырой|дырявый|дырявая|пятн*|царапин*|плесен*|подделк*|паль|палёнка|паленка",
    "дешевка|дешевкой|б/у|некачествен*|неисправ*",
    "broken|torn|cracked|defective|faulty|damaged|crushed|stained|fake|counterfeit|useless",
    "rota|roto|rotas|rotos|dañad*|defectuos*|manchad*|falsa|falso|descosid*",
];
/// What tells that the thing was had already.
const HAD: &[&str] = &[
    "прислал*|пришел|пришла|пришло|пришли|приехал*|получил*|купил*|заказывал*|заказал*|привез*|доставил*|положил*|отправил*",
    "после|через|сразу|вчера|сегодня|позавчера|неделю|день|дня|дней|месяц|уже|прошл*|старый|ваш|мой|моя|мое|меня|мне|вся|весь|это|попал*",
    "arrived|received|came|got|bought|ordered|sent|delivered|after|yesterday|already|last|day|days|week|my|you",
    "llegó|llego|vino|recibí|recibi|compré|compre|pedí|pedi|enviaron|mandaron|después|despues|día|dia|días|dias|semana|me",
    "помогите|делать|быть|help",
];
/// Something else, or nothing, arrived.
const WRONG: &[&str] = &[
    "прислал*|пришел|пришла|пришло|пришли|приехал*|привез*|положил*|отправил*|доставил* … не то|тот|та|те|туда|ту",
    "прислал*|пришел|пришла|пришло|приехал*|привез*|положил* … вместо|другой|другая|другое|чужой|чужое|половин*",
    "не тот|та|то|те|ту … прислал*|пришел|пришла|пришло|приехал*|привез*",
    "sent|got|received … else",
    "не подошел|подошла|подошло|подошли … … заберите|забирайте|верните",
    "вместо … прислал*|пришел|пришла|пришло|пришли|приехал*|привез*|положил*",
    "фото|фотке|картинке|описании|сайт* … одно",
    "одно … другое|другой",
    "не … дошло|дошел|дошла|дошли|доставили|привезли|приехал|пришел|пришла|пришло|получил|получила",
    "так и не",
    "потерял*|потеряли … заказ*|посылк*",
    "трек* … не … обновл*|двига*|отслеж*",
    "обещал* … и|а … не|тишина|молч*|ничего|никто|прошло",
    "обещал* … а … прошло|уже",
    "заплатил*|оплатил* … не|ничего|нет|тишина",
    "paid … nothing|never|not|still",
    "не … оказалось|обнаружил* … коробк*|посылк*|пакет*|комплект*|упаковк*",
    "коробк*|посылк*|пакет*|комплект*|упаковк* … не|нет|отсутств* … оказалось|было|хватает|детал*|част*",
    "опоздал*|опаздыва* … курьер*|час*|дн*|посылк*",
    "курьер* … опоздал*|нахамил*|бросил*|потерял*|разбил*",
    "жду|ждем|ждала|ждал … уже|третий|второй|пятый|целый|месяц|недел*|который",
    "уже|третий|второй|четвертый|пятый|который|месяц|недел* … жду|ждем",
    "wrong … colour|color|size|item|one|product|thing|model",
    "never|not|hasn|haven|didn|doesn|still … arrived|arrive|received|delivered|came",
    "waiting|waited … week|weeks|days|month|months|hours|forever",
    "not what … ordered",
    "color|talla|modelo|producto|artículo … equivocad*",
    "no … llegó|llego|recibí|recibi|llegado",
    "llevo … esperando",
    "otra|otro talla|color … mandaron|enviaron",
    "me mandaron|enviaron|llegó|llego otra|otro",
];
/// With these, something is liked or only imagined.
const MEANT_WELL: &[&str] = &[
    "если|вдруг|ли|случа*",
    "if|case|would|ever",
    "si",
    "для ремонта|починк*|реквизит*",
    "есть … для",
];
const LIKED: &[&str] = &[
    "красив*|нрав*|классн*|крут*|мил*|люб*|шикарн*|хорош*|cute|nice|love|beautiful|pretty|bonit*|lind*|gusta*",
];

/// A whole sentence of so few words is about what the buyer has: «товар бракованный».
const BARE: usize = 3;

/// Whether a sentence complains.
pub(super) fn is_said(words: &Words<'_>) -> bool {
    let liked = words.say(LIKED) && !words.say(&["не … нрав*|хорош*"]);
    if words.say(ANGRY) && !liked {
        return true;
    }
    let imagined = words.say(MEANT_WELL);
    let offered =
        words.asks && words.say(&["есть|имеется|наличии|продаете|have|sell|hay|tienen|бывает"]);
    if imagined || (offered && !words.say(&["прошл*|старый|last|anterior"])) {
        return false;
    }
    if words.say(WRONG) || words.say(BACK) {
        return true;
    }
    // «не протекает?» asks, «протекает» tells; and so does «порвался на второй день, что делать?».
    let (had, told) = (words.say(HAD), !words.asks);
    let spoilt = words.say(SPOILT) && (had || words.len() <= BARE);
    !denied(words) && ((words.say(BROKEN) && (had || told)) || (spoilt && told))
}

/// «не сломается», «не воняет»: what is hoped not to be.
fn denied(words: &Words<'_>) -> bool {
    words.say(&[
        "не порв*|слома*|лома*|развал*|протека*|течет|воня*|линя*|скрип*|рван*|брак*|бит*|мят*|подделк*|царап*",
        "без брак*|дефект*|дыр*|пятен|царапин*",
        "not broken|damaged|fake|torn",
    ])
}
