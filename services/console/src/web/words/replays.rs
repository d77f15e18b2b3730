//! What the pages about what-if replays say.

use super::words;

words! { ReplayWords:
    replays: "Что если", "What if";
    about: "Прошлые диалоги ещё раз, с другими правилами и с фактами, какими они были тогда. Покупатели об этом не узнают: ничего не отправляется и не записывается.", "Past conversations once more, with other rules and with the facts as they were then. No buyer hears of it: nothing is sent and nothing is recorded.";
    try_new: "Попробовать", "Try something";
    days: "За сколько дней", "How far back";
    name: "Название", "Name";
    name_hint: "например, «порог 0,7»", "such as “threshold 0.7”";
    fields_hint: "Пустое поле — как сейчас. Всё пусто: видно только, что изменила сама новая версия.", "An empty field: as it is now. All empty: only what today's version itself has changed is shown.";
    discount: "Наибольшая скидка, %", "Largest discount, %";
    free_delivery: "Бесплатная доставка от, ₽", "Free delivery from, ₽";
    more: "Ещё, словами файла", "More, in the words of a file";
    more_hint: "TOML, как для «torg replay --variant».", "TOML, as for “torg replay --variant”.";
    start: "Проиграть", "Replay";
    kept: "Что пробовали", "What was tried";
    none: "Пока ничего.", "Nothing yet.";
    running: "идёт", "running";
    done: "готово", "done";
    failed: "не вышло", "failed";
    stopped: "остановлено", "stopped";
    progress: "Диалогов проиграно", "Conversations replayed";
    look_again: "Посмотреть, как идёт", "See how it goes";
    stop: "Остановить", "Stop";
    report: "Отчёт", "Report";
    report_alone: "Отчёт отдельно", "The report alone";
    turns: "Ответов", "Turns";
    same: "Так же", "The same";
    changed: "Иначе", "Changed";
    drifted: "Иначе и без правки", "Drifted";
    handovers_gained: "Позвал бы продавца ещё", "Handovers gained";
    handovers_lost: "Не позвал бы", "Handovers lost";
    orders_changed: "Другие заказы", "Orders changed";
    discounts: "Скидки: было и стало бы", "Discounts: baseline, candidate";
    no_number: "Не число:", "Not a number:";
    twice: "Правило указано и в поле, и в файле:", "Said in a field and in the file:";
    usual_name: "Без названия", "Without a name";
}
