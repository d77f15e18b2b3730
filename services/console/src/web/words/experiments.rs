//! What the page about experiments says.

use super::words;

words! { TrialWords:
    experiments: "Опыты", "Experiments";
    about: "Одним покупателям — как сейчас, другим — иначе. Смотреть можно хоть каждый день: интервалы верны при любом числе взглядов.", "Some buyers have it as it is, others otherwise. Look every day if you like: the intervals hold however often they are looked at.";
    none: "Опытов пока не было.", "There have been no experiments yet.";
    how_to: "Начать: torg experiment start --file опыт.toml. Сколько нужно диалогов, скажет torg experiment plan.", "Begin one: torg experiment start --file experiment.toml. How many conversations it needs is told by torg experiment plan.";
    arm: "Вариант", "Arm";
    planned: "Нужно", "Planned";
    young: "ещё рано судить", "too young";
    hold_out: "всё продавцу", "all to the seller";
    runs: "идёт", "runs";
    over: "закончен", "over";
    winner: "Лучше:", "Better:";
    too_few: "Пока мало диалогов", "Too few conversations yet";
    no_difference: "Разницы пока не видно", "No difference to be seen yet";
    not_by_chance: "Делит не случай", "Not dealt by chance";
    suspicious: "Варианты достались диалогам не так, как раздаёт случай: остальным числам верить нельзя.", "The arms are not as large as chance makes them: nothing else here can be believed.";
    since: "с", "since";
    judged_by: "судим по:", "judged by:";
    read_after: "через часов:", "read after hours:";
    m_contained: "Справился бот", "Contained";
    m_ordered: "Заказал", "Ordered";
    m_paid: "Оплатил", "Paid";
    m_handed_over: "Позвал человека", "Handed over";
    against: "против", "against";
    clear: "разница ясная", "a clear difference";
    unclear: "ещё не ясно", "not clear yet";
    stopped_because: "Остановлен:", "Stopped:";
    won: "Победил:", "Won:";
}
