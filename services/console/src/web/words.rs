//! Everything that the pages say, in Russian and English, each text beside its translation.

mod experiments;
mod figures;
mod keys;
mod names;
mod orders;
mod replays;
mod why;

use axum::http::{HeaderMap, header};

use super::guard;

/// The cookie that remembers a choice.
pub(crate) const COOKIE: &str = "torg-language";

/// Two constants of one struct, so that a text without its translation does not compile.
macro_rules! words {
    ($kind:ident: $($name:ident: $russian:literal, $english:literal;)*) => {
        /// Words of the pages in one language.
        pub(crate) struct $kind {
            $(pub(crate) $name: &'static str,)*
        }
        pub(super) static RUSSIAN: $kind = $kind { $($name: $russian,)* };
        pub(super) static ENGLISH: $kind = $kind { $($name: $english,)* };
        /// Every text in both languages, with its name.
        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str, &str)] = &[$((stringify!($name), $russian, $english),)*];
    };
}
use words;

pub(crate) use experiments::TrialWords;
pub(crate) use figures::FigureWords;
pub(crate) use keys::KeyWords;
pub(crate) use names::NameWords;
pub(crate) use orders::OrderWords;
pub(crate) use replays::ReplayWords;
pub(crate) use why::WhyWords;

words! { Words:
    code: "ru", "en";
    // Everywhere.
    torg: "Торг", "Torg";
    skip: "К содержанию", "Skip to content";
    sections: "Разделы", "Sections";
    inbox: "Диалоги", "Conversations";
    products: "Товары", "Products";
    parked: "Отложенное", "Parked";
    figures: "Цифры", "Figures";
    settings: "Настройки", "Settings";
    sign_out: "Выйти", "Sign out";
    other_language: "English", "Русский";
    other_code: "en", "ru";
    all_shops: "Все магазины", "All shops";
    shop: "Магазин", "Shop";
    show: "Показать", "Show";
    nothing: "нет", "none";
    keys: "J и K — по списку, Enter — открыть, ? — все клавиши", "J and K move, Enter opens, ? shows every key";
    // The door.
    sign_in: "Войти", "Sign in";
    sign_in_title: "Вход", "Sign in";
    token: "Ключ консоли", "Console token";
    token_where: "Его печатает «torg up»; лежит он в файле console.token в каталоге состояния.", "“torg up” prints it; it is in the file console.token of the state directory.";
    your_name: "Как вас зовут", "Your name";
    name_why: "Под этим именем вас увидят другие продавцы и журнал.", "Other sellers and the log see you under this name.";
    name_missing: "Назовитесь: до 40 знаков.", "Say who you are, in up to 40 characters.";
    token_wrong: "Ключ не подходит.", "This is not the token.";
    too_many_tries: "Слишком много неверных попыток. Подождите десять минут.", "Too many wrong tries. Wait ten minutes.";
    code_told: "Код из Телеграма", "Code from Telegram";
    code_where: "Для продавцов: напишите боту магазина /console, и он пришлёт код.", "For sellers: write /console to the shop's bot, and it sends a code.";
    code_wrong: "Код не подходит: он действует 5 минут и один раз. Попросите у бота новый.", "This code does not hold: it does for 5 minutes, once. Ask the bot for another.";
    or_by_code: "или по коду", "or by code";
    enter_by_code: "Войти по коду", "Sign in by code";
    // The inbox.
    search: "Поиск по сообщениям", "Search messages";
    find: "Найти", "Search";
    owner: "Кто отвечает", "Who answers";
    channel: "Канал", "Channel";
    reason: "Причина", "Reason";
    any: "любой", "any";
    any_reason: "любая", "any";
    everything: "Все", "All";
    reset: "Сбросить", "Reset";
    no_chats: "Пока никто не написал.", "Nobody has written yet.";
    no_chats_hint: "Напишите магазину как покупатель, и диалог появится здесь сам.", "Write to the shop as a buyer, and the conversation appears here by itself.";
    nothing_found: "Ничего не найдено.", "Nothing was found.";
    unanswered: "без ответа", "unanswered";
    showing_newest: "Показаны последние 200. Остальное найдётся поиском.", "The newest 200 are shown. Search finds the rest.";
    by_you: "Вы", "You";
    no_name: "Покупатель", "Buyer";
    no_words: "без слов", "no words";
    live: "обновляется само", "updates by itself";
    // Owners.
    owner_bot: "Бот", "Bot";
    owner_waiting: "Ждёт продавца", "Waits for the seller";
    owner_seller: "Продавец", "Seller";
    owner_closed: "Закрыт", "Closed";
    // Reasons.
    low_confidence: "Не понял вопрос", "Did not understand";
    no_specialist: "Такое решает продавец", "For the seller to decide";
    complex_bundle: "Несколько условий сразу", "Several conditions at once";
    ambiguous: "Непонятно, о чём речь", "Unclear what is meant";
    human_requested: "Просит человека", "Asks for a person";
    complaint: "Жалоба", "Complaint";
    cannot_answer: "Нет данных для ответа", "Nothing to answer from";
    guard_refused: "Проверка не пропустила", "The guard refused";
    unreadable_reason: "Не прочитать: голос, файл", "Cannot be read: voice, file";
    reply_uncertain: "Неизвестно, дошёл ли ответ", "Unknown whether the reply arrived";
    reply_failed: "Ответ не принят", "The reply was refused";
    budget_spent: "Исчерпан предел", "A budget is used up";
    paused: "Бот приостановлен", "The bot is held back";
    order_approval: "Заказ ждёт согласия", "An order needs a yes";
    hold_out: "Эксперимент: без бота", "Experiment: without the bot";
    muted: "Заглушён", "Muted";
    // A conversation.
    transcript: "Переписка", "Transcript";
    back_to_inbox: "К диалогам", "Back to conversations";
    buyer: "Покупатель", "Buyer";
    bot: "Бот", "Bot";
    seller: "Продавец", "Seller";
    edited: "изменено", "edited";
    deleted: "Сообщение удалено", "Message deleted";
    picture: "Изображение", "Picture";
    voice: "Голосовое", "Voice note";
    file: "Вложение, которое бот не читает", "An attachment that the bot does not read";
    on_its_way: "отправляется", "on its way";
    withdrawn: "отозвано, не отправлено", "withdrawn, not sent";
    not_known_if_arrived: "неизвестно, дошло ли", "unknown whether it arrived";
    not_taken: "не принято", "not accepted";
    why: "Почему?", "Why?";
    why_title: "Почему так", "Why";
    close_why: "Закрыть объяснение", "Close the explanation";
    why_nothing: "Это сообщение не из хода бота: объяснять нечего.", "This message comes from no turn of the bot: there is nothing to explain.";
    bot_stops: "Бот остановился", "The bot stopped";
    bot_resumes: "Бот снова отвечает", "The bot answers again";
    seller_silent: "продавец долго молчал", "the seller was silent for long";
    nobody_there: "сейчас никого нет", "nobody is there now";
    took_over: "взял(а) чат", "took the chat over";
    gave_back: "вернул(а) чат боту", "gave the chat back to the bot";
    closed_it: "закрыл(а) вопрос", "closed the matter";
    muted_it: "заглушил(а) покупателя", "muted the buyer";
    unmuted_it: "снова слышит покупателя", "hears the buyer again";
    judged_needed: "отметил(а): позвал не зря", "says: asking was needed";
    judged_needless: "отметил(а): мог ответить сам", "says: the bot could have answered";
    notice: "Сообщение площадки", "Notice of the provider";
    wrote_outside: "написал(а) в приложении", "wrote in the provider's app";
    // Time travel.
    time: "Время", "Time";
    step_of: "из", "of";
    step: "Событие", "Event";
    earlier: "Раньше", "Earlier";
    later: "Позже", "Later";
    to_now: "К настоящему", "Back to now";
    in_the_past: "Так было на этот момент. Серое ещё не произошло.", "This is how it was then. What is grey had not happened yet.";
    state: "Состояние", "State";
    holder: "Кто отвечает", "Who answers";
    waits_for: "Без ответа", "Unanswered";
    focus: "О каком товаре речь", "Product in focus";
    list: "Список на экране", "List on screen";
    cart: "Корзина", "Cart";
    offers: "Предложенные цены", "Prices offered";
    offer_from: "от", "from";
    pieces: "шт.", "pcs";
    until: "до", "until";
    bot_asked: "Бот спросил", "The bot asked";
    asked_product: "о каком товаре речь", "which article is meant";
    asked_place: "куда доставить", "where to deliver";
    asked_meaning: "что из двух имелось в виду", "which of two things is meant";
    asked_purpose: "чем помочь", "what the buyer wants";
    asked_detail: "данные для заказа", "a detail of the order";
    asked_confirm: "оформлять ли заказ", "whether to order";
    asked_cancel: "отменить ли заказ", "whether to cancel the order";
    asked_mail: "адрес почты или код из письма", "the mail address, or the code that was mailed";
    asked_same: "о том же ли товаре речь", "whether the same article is still meant";
    language: "Язык", "Language";
    listing: "Объявление", "Listing";
    versions: "Модель и банк", "Model and bank";
    threshold: "порог", "threshold";
    known_products: "Что было известно о товарах", "What was known of the products";
    sku: "Артикул", "SKU";
    name: "Название", "Name";
    price: "Цена", "Price";
    quantity: "Остаток", "Stock";
    in_stock: "есть", "in stock";
    on_order: "под заказ", "on order";
    row: "строка", "row";
    revision: "Ревизия", "Revision";
    not_in_sheet: "нет в таблице", "not in the sheet";
    // Acting.
    act: "Действия", "Actions";
    matter: "Бот ждёт вас", "The bot waits for you";
    would_say: "Бот ответил бы так", "The bot would say";
    send_draft: "Отправить", "Send it";
    edit_draft: "Изменить и отправить", "Edit and send";
    take_over: "Взять чат", "Take over";
    take_away: "Забрать себе", "Take it from them";
    give_back: "Вернуть боту", "Give back to the bot";
    close: "Закрыть", "Close";
    mute: "Заглушить покупателя", "Mute this buyer";
    unmute: "Снова слышать", "Hear this buyer again";
    needed: "Позвал не зря", "Asking was needed";
    needless: "Мог сам", "Could have answered";
    was_asking_needed: "Стоило ли звать вас?", "Was it right to ask you?";
    reply: "Ответ покупателю", "Reply to the buyer";
    reply_hint: "Уйдёт покупателю в его канал от вашего имени. Ctrl+Enter — отправить.", "Goes to the buyer through their channel, in your name. Ctrl+Enter sends.";
    send: "Отправить", "Send";
    // What came of it.
    told_draft_sent: "Ответ бота отправляется.", "The bot's reply is on its way.";
    told_replied: "Ответ отправляется покупателю.", "Your reply is on its way to the buyer.";
    told_taken: "Чат ваш. Бот молчит.", "The chat is yours. The bot is silent.";
    told_given_back: "Чат снова у бота.", "The chat is the bot's again.";
    told_closed: "Закрыто.", "Closed.";
    told_muted: "Покупатель заглушён.", "The buyer is muted.";
    told_unmuted: "Покупатель снова слышен.", "The buyer is heard again.";
    told_judged: "Отмечено.", "Noted.";
    told_settled: "Ничего не изменено: вопрос уже решён.", "Nothing changed: the matter is settled already.";
    told_answers: "Ничего не отправлено: другой уже отвечает.", "Nothing was sent: somebody else is answering already.";
    told_taken_by: "Ничего не изменено: чат уже взят.", "Nothing changed: the chat is taken already.";
    told_forgotten: "Ничего не изменено: этот вопрос давно решён.", "Nothing changed: this matter was settled long ago.";
    told_no_draft: "Отправлять нечего: бот не предлагал ответа.", "There is nothing to send: the bot suggested no reply.";
    told_buyer_wrote: "Не отправлено: покупатель написал ещё. Прочтите и отправьте снова.", "Not sent: the buyer wrote again. Read it and send once more.";
    told_already_so: "Так уже и есть.", "It is so already.";
    told_no_words: "Напишите, что ответить.", "Write what to reply.";
    told_no_chat: "В этом чате ещё нет сообщений.", "There is no message in this chat yet.";
    told_unreadable: "Не сделано: история чата повреждена, см. «Отложенное».", "Not done: the chat's history is damaged, see “Parked”.";
    told_waits: "Ещё выполняется. Страница обновится сама.", "Still being seen to. The page updates by itself.";
    first_was: "Первым был(а)", "First was";
    how_draft_sent: "отправлен ответ бота", "the bot's reply was sent";
    how_answered: "на него ответили", "it was answered";
    how_answered_outside: "ответили в приложении площадки", "it was answered in the provider's app";
    how_given_back: "чат вернули боту", "the chat was given back to the bot";
    how_closed: "его закрыли", "it was closed";
    how_muted: "покупателя заглушили", "the buyer was muted";
    how_order_approved: "заказ подтверждён", "the order was approved";
    how_order_rejected: "заказ отклонён", "the order was rejected";
    how_order_cancelled: "заказ отменён", "the order was cancelled";
    how_order_expired: "время на подтверждение вышло", "nobody approved the order in time";
    how_superseded: "бот остановился снова, по новому поводу", "the bot stopped again, for something newer";
    // Products.
    problems: "Что не так в таблице", "What is wrong in the sheet";
    no_problems: "Все строки поняты.", "Every row is understood.";
    never_read: "ещё не читалась", "never read";
    refused: "Не принята", "Refused";
    rows: "строк", "rows";
    tab: "Вкладка", "Tab";
    problem: "Что не так", "What is wrong";
    read_at: "Прочитано", "Read";
    category: "Категория", "Category";
    no_products: "Товаров нет: таблица ещё не прочитана или пуста.", "There are no products: the sheet was not read yet, or is empty.";
    gone: "Убран из таблицы", "Gone from the sheet";
    // Parked.
    parked_why: "То, что не удалось обработать, ждёт здесь. Остальное идёт своим чередом.", "What could not be handled waits here. Everything else goes on.";
    nothing_parked: "Ничего не отложено.", "Nothing is parked.";
    whose: "Чья работа", "Whose work";
    since: "С", "Since";
    waiting_behind: "ждут следом", "wait behind it";
    retry: "Попробовать снова", "Try again";
    retried: "Пробуем снова. Если не выйдет, запись вернётся сюда.", "It is tried again. If that fails, it comes back here.";
    // Figures.
    period: "За сколько дней", "Days";
    figures_note: "Считается из журнала: те же числа даёт «torg stats».", "Counted from the log: “torg stats” gives the same numbers.";
    figure: "Показатель", "Figure";
    value: "Значение", "Value";
    interval: "95 % интервал", "95 % interval";
    meaning: "Что это", "What it is";
    count: "Сколько", "How many";
    unreadable_commits: "Записей не прочитано, в цифрах их нет:", "Commits that could not be read and are left out:";
    n_chats: "Диалоги", "Conversations";
    unit_ms: "мс", "ms";
    unit_s: "с", "s";
    unit_min: "мин", "min";
    unit_h: "ч", "h";
    // Settings.
    policy_confidence: "Уверенность, ниже которой бот спрашивает", "Confidence below which the bot asks";
    policy_quiet: "Пауза перед ответом", "Pause before a reply";
    policy_approval: "Согласие на заказ", "Approval of orders";
    policy_offer: "Цена держится", "An offer holds";
    policy_silent: "Бот возвращается, если продавец молчит", "The bot comes back when the seller is silent for";
    policy_reminder: "Напомнить продавцу через", "Remind the seller after";
    policy_cap: "Сообщений в один чат за сутки", "Messages to one chat in a day";
    channels: "Каналы", "Channels";
    account: "Аккаунт", "Account";
    how: "Как", "How";
    webhook: "вебхук", "webhook";
    polling: "опрос", "long polling";
    chat_page: "страница чата", "chat page";
    works: "работает", "works";
    channel_paused: "приостановлен", "paused";
    sellers: "Продавцы", "Sellers";
    seat_file: "из файла магазина", "from the shop's file";
    seat_code: "вошёл по коду", "sat down with a code";
    unreachable: "недоступен", "cannot be reached";
    no_sellers: "Ни одного: о вопросах покупателей никто не узнает в Telegram. Пригласите: torg shop invite", "Nobody: no one is told in Telegram when a buyer needs a person. Invite one: torg shop invite";
    policy: "Правила бота", "How the bot behaves";
    hours: "Часы работы", "Hours";
    hold: "Бот", "Bot";
    hold_none: "отвечает", "answers";
    hold_paused: "приостановлен: пишет только продавец", "held back: only the seller writes";
    hold_stopped: "остановлен: ничего не уходит", "stopped: nothing goes out";
    sheet: "Таблица", "Sheet";
    health_note: "Ключи проверяет «torg shop check»; что не готово, говорит /readyz.", "“torg shop check” tries the credentials; /readyz says what is not ready.";
    never_configured: "Магазин ещё не добавлен.", "The shop was never added.";
    timezone: "Часовой пояс", "Time zone";
    languages: "Языки", "Languages";
}

/// The code of a language that the pages are in.
pub(crate) fn known(code: &str) -> Option<&'static str> {
    match code {
        "ru" => Some("ru"),
        "en" => Some("en"),
        _ => None,
    }
}

/// The words of a language; in Russian when it is none of the pages'.
pub(crate) fn in_language(code: &str) -> &'static Words {
    match code {
        "en" => &ENGLISH,
        _ => &RUSSIAN,
    }
}

/// The words for whoever asks: as chosen, else as the browser says, else in Russian.
pub(crate) fn of(headers: &HeaderMap) -> &'static Words {
    let chosen = guard::cookie(headers, COOKIE).and_then(known);
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    let code = chosen.or_else(|| accepted.and_then(preferred));
    in_language(code.unwrap_or("ru"))
}

/// The first language of a list that the pages are in. Browsers send it in the order of preference.
fn preferred(accepted: &str) -> Option<&'static str> {
    let mut tags = accepted.split(',');
    tags.find_map(|tag| {
        let tag = tag.split(';').next().unwrap_or("").trim();
        known(
            tag.split('-')
                .next()
                .unwrap_or("")
                .to_ascii_lowercase()
                .as_str(),
        )
    })
}

impl Words {
    /// What is in the language of these words.
    fn own<T>(&self, russian: &'static T, english: &'static T) -> &'static T {
        match self.code {
            "en" => english,
            _ => russian,
        }
    }

    /// A number with so many digits behind the comma, which in English is a point.
    pub(crate) fn decimal(&self, value: f64, digits: usize) -> String {
        let plain = format!("{value:.digits$}");
        match self.code {
            "en" => plain,
            _ => plain.replace('.', ","),
        }
    }

    /// The words of the pages about orders.
    pub(crate) fn orders(&self) -> &'static OrderWords {
        self.own(&orders::RUSSIAN, &orders::ENGLISH)
    }

    /// The words of the page about experiments.
    pub(crate) fn experiments(&self) -> &'static TrialWords {
        self.own(&experiments::RUSSIAN, &experiments::ENGLISH)
    }

    /// The words of the charts.
    pub(crate) fn figures_words(&self) -> &'static FigureWords {
        self.own(&figures::RUSSIAN, &figures::ENGLISH)
    }

    /// The words of the keyboard's help.
    pub(crate) fn shortcuts(&self) -> &'static KeyWords {
        self.own(&keys::RUSSIAN, &keys::ENGLISH)
    }

    /// The words of the pages about what-if replays.
    pub(crate) fn replays(&self) -> &'static ReplayWords {
        self.own(&replays::RUSSIAN, &replays::ENGLISH)
    }

    /// What intents, facts and the like are called.
    pub(crate) fn names(&self) -> &'static NameWords {
        self.own(&names::RUSSIAN, &names::ENGLISH)
    }

    /// The words of explanations.
    pub(crate) fn explanation(&self) -> &'static WhyWords {
        self.own(&why::RUSSIAN, &why::ENGLISH)
    }

    /// Who answers, by the wire name.
    pub(crate) fn owner_of(&self, name: &str) -> &'static str {
        match name {
            "waiting_for_seller" => self.owner_waiting,
            "seller" => self.owner_seller,
            "closed" => self.owner_closed,
            _ => self.owner_bot,
        }
    }

    /// Why the bot stopped, by the wire name.
    pub(crate) fn reason_of(&self, name: &str) -> &'static str {
        match name {
            "low_confidence" => self.low_confidence,
            "no_specialist" => self.no_specialist,
            "complex_bundle" => self.complex_bundle,
            "ambiguous" => self.ambiguous,
            "human_requested" => self.human_requested,
            "complaint" => self.complaint,
            "cannot_answer" => self.cannot_answer,
            "guard_refused" => self.guard_refused,
            "unreadable" => self.unreadable_reason,
            "reply_uncertain" => self.reply_uncertain,
            "reply_failed" => self.reply_failed,
            "budget_spent" => self.budget_spent,
            "paused" => self.paused,
            "order_approval" => self.order_approval,
            "hold_out" => self.hold_out,
            "muted" => self.muted,
            _ => self.owner_waiting,
        }
    }

    /// A channel, by the wire name.
    pub(crate) fn channel_of(&self, name: &str) -> &'static str {
        match (name, self.code) {
            ("avito", "ru") => "Авито",
            ("avito", _) => "Avito",
            ("telegram", _) => "Telegram",
            ("web", "ru") => "Чат на сайте",
            ("web", _) => "Web chat",
            _ => "?",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_there_in_both_languages_and_in_its_own() {
        let russian = |text: &str| text.chars().any(|one| ('а'..='я').contains(&one));
        for (name, ru, en) in ALL
            .iter()
            .chain(orders::ALL)
            .chain(replays::ALL)
            .chain(figures::ALL)
            .chain(keys::ALL)
            .chain(experiments::ALL)
            .chain(names::ALL)
            .chain(why::ALL)
        {
            assert!(!ru.trim().is_empty() && !en.trim().is_empty(), "{name}");
            let named = matches!(*name, "other_language" | "other_code");
            assert!(named || !russian(en), "{name}: {en}");
            // What is the same in both is a name or a sign.
            assert!(ru != en || ru.chars().count() <= 8, "{name}: {ru}");
        }
    }

    #[test]
    fn the_language_is_the_chosen_one_then_the_browsers_then_russian() {
        let with = |cookie: &str, accepted: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            of(&headers).code
        };
        assert_eq!(with("", "de-DE,en-GB;q=0.8,ru;q=0.5"), "en");
        assert_eq!(with("", "RU"), "ru");
        assert_eq!(with("", "de"), "ru");
        assert_eq!(with("torg-language=en", "ru"), "en");
        assert_eq!(with("torg-language=<b>", "en"), "en");
        assert_eq!(of(&HeaderMap::new()).code, "ru");
    }
}
