//! What the help of the keyboard's shortcuts says. What each key does is in `assets/console.js`.

use super::words;

words! { KeyWords:
    title: "Клавиши", "Keyboard";
    open: "Клавиши", "Keyboard shortcuts";
    close: "Закрыть", "Close";
    everywhere: "Везде", "Everywhere";
    this_help: "эта подсказка", "this help";
    search: "к поиску", "go to search";
    escape: "закрыть подсказку или объяснение, выйти из поля", "close the help or an explanation, leave a field";
    lists: "В списках", "In lists";
    next: "следующий", "next";
    previous: "предыдущий", "previous";
    open_it: "открыть", "open";
    conversation: "В диалоге", "In a conversation";
    back: "на событие раньше", "one event back";
    forward: "на событие позже", "one event on";
    write: "писать ответ", "write a reply";
    send: "отправить ответ", "send the reply";
    then: "затем", "then";
}
