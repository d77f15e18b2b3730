# Что Torg пишет покупателям. Описание аргументов — в en.ftl.

greeting = Здравствуйте! Чем могу помочь? Спрашивайте про любой товар: есть ли в наличии и сколько стоит.
greeting-prefix = Здравствуйте!
thanks = Пожалуйста! Будут вопросы — пишите.

stock-price = «{ $name }» стоит { $price }, { $availability }.
stock-available = Да, «{ $name }» есть в наличии: { $quantity ->
    [one] { $quantity } штука
    [few] { $quantity } штуки
   *[many] { $quantity } штук
}. Цена { $price }.
stock-available-some = Да, «{ $name }» есть в наличии. Цена { $price }.
stock-last-one = Да, «{ $name }» есть в наличии, осталась последняя штука. Цена { $price }.
stock-on-order = «{ $name }» сейчас не в наличии, но можно привезти под заказ. Цена { $price }.
stock-sold-out = К сожалению, «{ $name }» сейчас нет в наличии.
stock-sold-out-with-alternative = К сожалению, «{ $name }» сейчас нет в наличии. Зато есть «{ $alternative }» — { $price }, { $availability }.
stock-which = Какой товар вас интересует? Напишите название.

stock-list-intro = { $count ->
    [one] Нашёлся { $count } вариант:
    [few] Нашлось { $count } варианта:
   *[many] Нашлось { $count } вариантов:
}
stock-list-intro-more = Есть { $count ->
    [one] { $count } вариант
    [few] { $count } варианта
   *[many] { $count } вариантов
}, вот первые { $shown }:
stock-other-variants = Именно такого варианта нет. Есть похожие:
stock-list-item = { $number }. { $name } — { $price }, { $availability }
stock-list-outro = Какой вам подходит? Напишите номер.

availability-in-stock = { $quantity ->
    [one] в наличии { $quantity } штука
    [few] в наличии { $quantity } штуки
   *[many] в наличии { $quantity } штук
}
availability-some = в наличии
availability-on-order = под заказ
availability-sold-out = нет в наличии

handoff-notice = Передал ваш вопрос продавцу{ $answers }
handoff-rest-notice = Остальное передал продавцу{ $answers }
handoff-complaint-notice = Извините, что так вышло. Передал ваше сообщение продавцу{ $answers }
unreadable-notice = Сам открыть это не могу, передал продавцу{ $answers }

# Когда ответит продавец
answers-here = {","} он ответит здесь.
answers-soon = {","} он скоро ответит здесь.
answers-away = {"."} Сейчас никого нет, продавец ответит { $when }.
answers-away-someday = {"."} Сейчас никого нет, продавец ответит, как только появится.
handoff-again = Передал и это, продавец увидит.
waiting-still = Продавец ещё не подошёл, ответит { $when }.
waiting-still-free = Продавец ещё не подошёл, ответит, как только освободится.
when-today = сегодня в { $time }
when-tomorrow = завтра в { $time }
when-weekday = { $weekday ->
    [monday] в понедельник
    [tuesday] во вторник
    [wednesday] в среду
    [thursday] в четверг
    [friday] в пятницу
    [saturday] в субботу
   *[sunday] в воскресенье
} в { $time }
when-date = { $date } { $month ->
    [january] января
    [february] февраля
    [march] марта
    [april] апреля
    [may] мая
    [june] июня
    [july] июля
    [august] августа
    [september] сентября
    [october] октября
    [november] ноября
   *[december] декабря
} в { $time }

# Catalog
ask-same-product = Вы про «{ $name }»?
ask-last-time = Как в прошлый раз — это «{ $name }»? Сейчас { $price }, { $availability }.
last-time-unknown = Не нашёл в нашей переписке, что было в прошлый раз. Какой товар вас интересует?
catalog-what = Подскажите, что ищете или для чего — подберу.
catalog-list-intro = Вот что может подойти:
catalog-one = Может подойти «{ $name }» — { $price }, { $availability }.
catalog-about = «{ $name }» — { $price }, { $availability }. { $description }
catalog-quote = «{ $name }». В описании: «{ $quote }».
catalog-named = Это «{ $name }».

# Questions
ask-meaning = Подскажите, вы про { $first } или про { $second }?
ask-product = Какой товар вас интересует? Напишите название.
ask-purpose = Я помощник магазина: подскажу по товарам, ценам и доставке. Что вас интересует?
subject-stock = наличие
subject-delivery = доставку
subject-price = скидку
subject-search = подбор товара
subject-product = характеристики товара
subject-cart = корзину
subject-order = оформление заказа
subject-status = ваш заказ
handoff-part-notice = Вопрос про { $what } передал продавцу{ $answers }

# Delivery
delivery-intro = Доставка:
delivery-intro-days = Срок доставки:
delivery-line = { $place } — { $cost }, { $days }
delivery-line-days-first = { $place } — { $days }, { $cost }
delivery-line-no-days = { $place } — { $cost }
delivery-free = бесплатно
delivery-free-from = При заказе от { $price } доставка бесплатная.
delivery-free-from-to = При заказе от { $price } доставим бесплатно: { $places }.
delivery-pickup = Да, можно забрать самому — { $cost }: { $terms }.
delivery-pickup-no-terms = Да, можно забрать самому — { $cost }.
delivery-where = В какой город отправить?
delivery-no-terms = { $places } — условий доставки у меня нет, могу уточнить у продавца.
delivery-unknown-place = Одно место я не узнал: напишите, пожалуйста, ближайший крупный город.

# General
general-who = Я бот, помощник магазина: отвечаю на вопросы о товарах и заказах. Если нужно — позову продавца.
general-how-it-goes = Спасибо, всё хорошо! Я помощник магазина, отвечаю на вопросы о товарах и заказах. Если нужно — позову продавца.
general-address = Наш адрес: { $address }.
general-days-and-hours = Работаем { $days }, { $hours }.
general-days = Работаем { $days }.
general-hours = Работаем { $hours }.
general-phone = Наш телефон: { $phone }.
general-seller-says = Продавец отвечает так: «{ $answer }»

# Pricing
pricing-offer = Могу уступить: { $price } за «{ $name }»{ $terms }. { $holds }
pricing-lowest = Могу отдать «{ $name }» за { $price }{ $terms } — это последняя цена, ниже не получится. { $holds }
pricing-accepted = Договорились: «{ $name }» за { $price }{ $terms }. { $holds }
pricing-renewed = Могу снова предложить «{ $name }» за { $price }{ $terms } — это последняя цена. { $holds }
pricing-agreed = Хорошо: «{ $name }» — { $price }{ $terms }.
pricing-last = Ниже { $price }{ $terms }, к сожалению, не получится — это последняя цена за «{ $name }».
pricing-fixed = На «{ $name }» цена фиксированная — { $price }, скинуть, к сожалению, не получится.
pricing-yours = «{ $name }» для вас — { $price } вместо { $full }{ $terms }, { $availability }.
pricing-pieces = «{ $name }»: { $quantity ->
    [one] { $quantity } штука
    [few] { $quantity } штуки
   *[many] { $quantity } штук
} по { $price } — всего { $total }, { $availability }.
pricing-break = { $from ->
    [one] От { $from } штуки
   *[many] От { $from } штук
} скидка { $percent }%.
pricing-terms = {" "}(за штуку, при заказе { $quantity ->
    [one] от { $quantity } штуки
   *[many] от { $quantity } штук
})
pricing-holds = Предложение действует { $hours ->
    [one] { $hours } час
    [few] { $hours } часа
   *[many] { $hours } часов
}.

# Стол продавца: карточки и ответы в Telegram
desk-buyer = Покупатель
desk-channel-avito = Авито
desk-channel-telegram = Telegram
desk-channel-web = чат на сайте
desk-side-buyer = Покупатель
desk-side-bot = Бот
desk-side-seller = Продавец
desk-unreadable = (фото, голос или файл)
desk-why = Почему спрашиваю: { $why }
desk-reason-low-confidence = не уверен, что понял вопрос
desk-reason-no-specialist = на такое я отвечать не умею
desk-reason-bundle = несколько условий сразу, решать вам
desk-reason-ambiguous = непонятно, о чём речь
desk-reason-human = просит позвать человека
desk-reason-complaint = жалуется
desk-reason-cannot-answer = в таблице нет ответа
desk-reason-guard = ответ не прошёл проверку фактов
desk-reason-unreadable = прислал то, что я не могу открыть
desk-reason-uncertain = неизвестно, дошёл ли мой последний ответ
desk-reason-failed = мой ответ не приняли к отправке
desk-reason-budget = на сегодня в этом чате лимит исчерпан
desk-reason-paused = бот на паузе
desk-reason-approval = нужно ваше согласие на заказ
desk-reason-hold-out = эксперимент: этому покупателю отвечаете только вы
desk-product = Товар: «{ $name }», { $price }, { $stock }
desk-stock = остаток { $count }
desk-stock-some = есть в наличии
desk-stock-on-order = под заказ
desk-draft = Я бы ответил: «{ $text }»
desk-how-to-reply = Чтобы ответить покупателю, ответьте на это сообщение.
desk-taken = Чат ведёт { $who }
desk-by = { $what } — { $who }
desk-settled-draft = Отправлен ответ бота
desk-settled-answered = Отвечено
desk-settled-outside = Отвечено в приложении
desk-settled-given-back = Возвращено боту
desk-settled-closed = Закрыто
desk-settled-muted = Покупатель заглушён
desk-settled-superseded = Есть карточка новее
desk-settled-order-approved = Заказ подтверждён
desk-settled-order-by-rule = Заказ подтверждён по правилам магазина: решать ничего не нужно
desk-settled-order-rejected = Заказ отклонён
desk-settled-order-cancelled = Заказ отменён
desk-settled-order-expired = Время на подтверждение вышло
desk-judged-needed = Спросил не зря
desk-judged-needless = Мог не спрашивать
desk-digest = { $count ->
    [0] Решать ничего не нужно, есть новые заказы
    [one] Ждёт { $count } чат
    [few] Ждут { $count } чата
   *[many] Ждут { $count } чатов
}
desk-digest-how = Нажмите номер — покажу карточку.
desk-reminder = { $minutes ->
    [one] Покупатель ждёт уже { $minutes } минуту
    [few] Покупатель ждёт уже { $minutes } минуты
   *[many] Покупатель ждёт уже { $minutes } минут
}
desk-undelivered-uncertain = Неизвестно, дошёл ли ваш ответ до покупателя. Проверьте чат.
desk-undelivered-refused = Ваш ответ не дошёл: его не приняли к отправке. Напишите покупателю сами.
desk-button-send = ✅ Отправить
desk-button-edit = ✏️ Изменить
desk-button-take = 🙋 Беру чат
desk-button-take-away = 🙋 Забрать себе
desk-button-give-back = ↩️ Боту
desk-button-close = ✔️ Закрыть
desk-button-snooze = ⏰ Через 30 минут
desk-button-mute = 🔕 Заглушить
desk-button-unmute = 🔔 Снова слышать
desk-button-needed = 👍 Спросил не зря
desk-button-needless = 👎 Мог сам
desk-button-avito = Открыть на Авито
desk-already = Уже решено: { $what }
desk-forgotten = Эта карточка устарела.
desk-taken-by = Чат уже ведёт { $who }.
desk-answers-already = Покупателю уже отвечает { $who }. Чтобы писать самому, заберите чат.
desk-answers-in-app = Покупателю уже ответили в приложении. Чтобы писать отсюда, верните чат боту и возьмите его.
desk-no-draft = Готового ответа нет: напишите свой.
desk-buyer-wrote = Покупатель написал ещё. Посмотрите карточку и нажмите снова.
desk-already-so = Так уже и есть.
desk-no-words = В ответе нет слов.
desk-no-chat = Этого чата я не знаю.
desk-not-a-seller = У вас нет доступа к этому магазину.
desk-stranger = Это бот продавцов магазина. Чтобы получить доступ, попросите у владельца код.
desk-code-good = Готово, вы продавец этого магазина. Сюда будут приходить карточки; /help — что я умею.
desk-code-unknown = Такого кода нет, или им уже воспользовались. Попросите новый.
desk-code-expired = Код устарел: он действует 10 минут. Попросите новый.
desk-code-too-many = Слишком много попыток. Подождите 10 минут.
desk-help = Когда нужен человек, я пришлю карточку. Ответьте на неё — и ответ уйдёт покупателю.
    /status — как дела
    /hours — часы работы
    /console — код, чтобы войти в консоль с телефона или компьютера
    /pause — бот молчит, все вопросы вам
    /stop — покупателям не уходит ничего
    /resume — бот снова работает
    Заказ приходит карточкой: подтвердите, измените или отклоните его кнопкой. Изменить можно и ответом на карточку: «1: 2 шт по 1900, доставка 300».
    После подтверждения там же счёт, что с письмом, и кнопки: оплачен, отправлен, получен, возврат. Что подтверждают правила магазина, приходит готовым.
desk-console-code = Код для входа в консоль: { $code }
    Действует 5 минут и один раз. Введите его на странице входа и никому не пересылайте.
desk-what = Чтобы написать покупателю, ответьте на его карточку. /help — что я умею.
desk-which = Здесь несколько чатов. Нажмите номер и ответьте на карточку.
desk-prompt = Ответьте на это сообщение словами для покупателя. Я бы написал: «{ $text }»
desk-prompt-placeholder = Ответ покупателю
desk-done-draft = Отправляю
desk-done-prompt = Жду ваш текст
desk-done-taken = Чат ваш, бот молчит
desk-done-given-back = Бот отвечает дальше
desk-done-closed = Закрыто
desk-done-snoozed = Напомню через 30 минут
desk-done-muted = Покупатель заглушён
desk-done-unmuted = Бот снова его слышит
desk-done-judged = Спасибо, учту
desk-done-shown = Показываю
desk-done-reply = Отправляю покупателю.
desk-done-paused = Пауза: бот покупателям не отвечает, все вопросы придут вам. /resume — вернуть.
desk-done-stopped = Стоп: покупателям не уходит ничего, даже ваши ответы. /resume — вернуть.
desk-done-resumed = Бот снова работает.
desk-hours-in-sheet = Часы работы стоят в таблице, на вкладке настроек: { $hours }. Меняйте их там.
desk-hours-are = Часы работы: { $hours }
desk-hours-none = Часы работы не заданы: считаю, что кто-то всегда на месте. Напишите, например: /hours пн-пт 10-19, сб 11-16
desk-hours-wrong = Не понял часы: { $problem }
desk-status-works = Бот работает.
desk-status-paused = Бот на паузе: все вопросы приходят вам. /resume — вернуть.
desk-status-stopped = Стоп: покупателям не уходит ничего. /resume — вернуть.
desk-status-waiting = { $count ->
    [0] Никто не ждёт.
    [one] Ждёт { $count } чат.
    [few] Ждут { $count } чата.
   *[many] Ждут { $count } чатов.
}
desk-status-no-hours = Часы работы не заданы.
desk-status-open = Сейчас рабочее время.
desk-status-closed = Сейчас нерабочее время: карточки приходят без звука.
desk-status-shut = Не отправляется: { $what }

# Setting a shop up from the desk: Avito's keys, the link of a sheet. Texts: $name, $account, $expected, $actual, $shop,
# $problem, $what, $tab, $at, $reason. Counts: $rows, $count.
desk-setup-removed = Ваше сообщение с ключами я из чата убрал.
desk-setup-not-removed = Убрать ваше сообщение с ключами из чата не получилось: удалите его сами.
desk-setup-half = Вижу только половину ключей. Пришлите Client_id и Client_secret одним сообщением — так, как они стоят на странице API в кабинете Авито.
desk-setup-keys-gone = Эти ключи я уже проверял, у себя их больше не держу. /status покажет, что подключено; если аккаунта там нет, пришлите ключи ещё раз.
desk-setup-keys-refused = Авито эти ключи не принимает. Скопируйте Client_id и Client_secret на странице API в кабинете ещё раз, целиком, и пришлите одним сообщением. Если ключи выпускали заново, старые не действуют.
desk-setup-foreign = Эти ключи от аккаунта { $actual }, а вы написали { $expected }. Зайдите в нужный аккаунт и скопируйте ключи там.
desk-setup-elsewhere = Этот аккаунт Авито здесь уже подключён к другому магазину. Сначала его надо отключить там.
desk-setup-no-messenger = Ключи верные, но в чаты аккаунта Авито с ними не пускает. Обычно это значит, что тариф без API мессенджера: нужен «Максимальный», в услугах хватает «Расширенного». Проверьте ещё, что тариф оплачен и что ключи от главного аккаунта, а не сотрудника. Потом пришлите ключи ещё раз.
desk-setup-avito-odd = Авито ответил на ключи так, что я не понял. Попробуйте прислать их через час; если не поможет, пусть тот, кто держит сервер, посмотрит журнал.
desk-setup-avito-away = Авито сейчас не отвечает. Ключи я сохранил и проверю сам, присылать их ещё раз не надо.
desk-setup-avito-given-up = Авито не отвечал сутки, ключи я не проверил и у себя удалил. Пришлите их ещё раз.
desk-setup-file-refused = Проверил, всё верно, но файл магазина с этим принять нельзя: { $problem }. Передайте это тому, кто держит сервер.
desk-setup-connected = Аккаунт Авито «{ $name }» ({ $account }) подключён.
desk-setup-webhook-done = Что напишут там покупатели, увижу сразу.
desk-setup-webhook-step = Остался один шаг, на сервере: torg shop connect { $shop } --url и публичный адрес, например --url https://torg.example.org. До этого сообщения покупателей я не вижу.
desk-setup-webhook-other = Но сообщения этого аккаунта сейчас получает другая программа, а у Авито их получает только одна. Если она больше не нужна, на сервере: torg shop connect { $shop } --takeover. До этого сообщения покупателей я не вижу.
desk-setup-webhook-failed = Но наш адрес Авито пока не принял. На сервере: torg shop connect { $shop } — там будет видно почему. До этого сообщения покупателей я не вижу.
desk-setup-sheet-named = Таблица открывается, беру товары из неё. Через минуту посмотрите /status: там видно, сколько строк понял.
desk-setup-sheet-same = Эту таблицу я и читаю. /status покажет, когда в последний раз.
desk-setup-sheet-empty = Таблица открывается, но этот лист пустой. Откройте лист с товарами и пришлите его ссылку.
desk-setup-sheet-not-shared = Таблица закрыта. В Google Таблицах: «Настройки доступа» → «Все, у кого есть ссылка» → «Читатель». Потом пришлите ссылку ещё раз.
desk-setup-sheet-missing = Такой таблицы или такого листа нет. Откройте лист с товарами и скопируйте ссылку из адресной строки целиком.
desk-setup-sheet-other = По этой ссылке не Google Таблица. Если это файл Excel, откройте его и выберите «Файл» → «Сохранить как Google Таблицу», потом пришлите её ссылку.
desk-setup-sheet-large = Лист слишком большой. Оставьте в нём только товары.
desk-setup-sheet-away = Google сейчас не отвечает. Ссылку я запомнил и проверю сам.
desk-setup-sheet-given-up = Google не отвечал сутки, таблицу я не проверил. Пришлите ссылку ещё раз.
desk-setup-status-channel = Подключено: { $what }
desk-setup-status-no-sheet = Таблица ещё ни разу не прочитана.
desk-setup-status-tab = { $rows ->
    [one] Таблица, { $tab }: { $rows } строка, прочитана { $at }.
    [few] Таблица, { $tab }: { $rows } строки, прочитаны { $at }.
   *[many] Таблица, { $tab }: { $rows } строк, прочитаны { $at }.
}
desk-setup-status-problems = { $count ->
    [one] Не понял { $count } строку.
    [few] Не понял { $count } строки.
   *[many] Не понял { $count } строк.
}
desk-setup-status-refused = Таблица, { $tab }: новую версию не взял, действует прежняя. { $reason }

# Orders at the desk. Texts, counts and amounts as in en.ftl.
desk-order-title = Заказ { $order } на { $total }
desk-order-digest = заказ { $order } на { $total }
desk-order-name = Получатель: { $name }
desk-order-contact = Связь: { $contact }
desk-order-line = { $number }. { $name } — { $pieces } шт. × { $price } = { $sum }
desk-order-line-was = было { $pieces } шт. × { $price }
desk-order-line-list = по таблице { $price }
desk-order-line-gone = Убрано: { $name } — { $pieces } шт. × { $price }
desk-order-line-more = … и ещё строк: { $count }
desk-order-stock = после заказа останется { $count }
desk-order-stock-some = в таблице есть, сколько — не указано
desk-order-stock-on-order = в таблице «под заказ»
desk-order-stock-gone = в таблице этого товара больше нет
desk-order-pickup = Самовывоз
desk-order-delivery = Доставка: { $place } — { $price }
desk-order-delivery-days = дней: { $days }
desk-order-address = Адрес: { $address }
desk-order-was = было { $price }
desk-order-total = Итого: { $total }
desk-order-discount = Скидка от цены таблицы: { $amount } ({ $percent } %)
desk-order-first = Первый заказ покупателя
desk-order-history = { $number }-й заказ покупателя, прошлый { $date } на { $total }
desk-order-until = Решите до: { $when }
desk-order-reserving = Меняю заказ, проверяю остатки…
desk-order-short = Изменить не вышло: { $name } — нужно { $wanted }, есть { $left }. Заказ остался прежним.
desk-order-reason = Причина: { $reason }
desk-order-invoice = 🧾 Счёт № { $number }
desk-order-invoice-waiting = 🧾 Счёт № { $number }, письмо с ним ещё не ушло
desk-order-invoice-mailed = 🧾 Счёт № { $number }, письмо с ним отправлено
desk-order-invoice-refused = ⚠️ Счёт № { $number }, письмо с ним не ушло и само больше не уйдёт ({ $reason })
desk-order-invoice-uncertain = ⚠️ Счёт № { $number }, дошло ли письмо с ним — неизвестно: спросите покупателя ({ $reason })
desk-order-marked-paid = 💰 Оплачен
desk-order-marked-shipped = 🚚 Отправлен
desk-order-marked-tracking = 🚚 Отправлен, номер { $tracking }
desk-order-marked-delivered = 📦 Получен покупателем
desk-order-marked-returned = ↩️ Возвращён
desk-order-how = Чтобы изменить, ответьте на это сообщение, например: «1: 2 шт по 1900, доставка 300».
desk-order-button-approve = ✅ Подтвердить
desk-order-button-amend = ✏️ Изменить
desk-order-button-reject = ❌ Отклонить
desk-order-button-write = 💬 Написать
desk-order-button-paid = 💰 Оплачен
desk-order-button-shipped = 🚚 Отправлен
desk-order-button-delivered = 📦 Получен
desk-order-button-returned = ↩️ Возврат
desk-order-prompt-amend = Что изменить в заказе { $order }? Ответьте на это сообщение: «2 шт», «цена 2000», «1: 3 шт по 1900», «доставка 300», «убрать 2». Несколько изменений — через запятую.
desk-order-prompt-amend-short = 1: 2 шт по 1900
desk-order-prompt-reject = Почему отказываем по заказу { $order }? Ответьте на это сообщение: причину увидит покупатель. Или напишите «без причины».
desk-order-prompt-reject-short = Причина для покупателя
desk-order-prompt-tracking = Номер для отслеживания заказа { $order }? Ответьте на это сообщение: номер увидит покупатель. Или напишите «без номера».
desk-order-prompt-tracking-short = Номер для отслеживания
desk-order-prompt-write = Что написать покупателю по заказу { $order }? Ответьте на это сообщение. Чат станет вашим, бот замолчит.
desk-order-done-approved = Подтверждено, сообщаю покупателю
desk-order-done-amended = Меняю. Как только проверю остатки, карточка обновится — тогда подтвердите.
desk-order-done-rejected = Отклонено, сообщаю покупателю
desk-order-done-marked = Отметил, сообщаю покупателю
desk-order-done-prompt = Жду ваш ответ
desk-order-too-late = Поздно: время на решение вышло, заказ отменяется.
desk-order-changed = Заказ изменился. Посмотрите карточку и решите снова.
desk-order-reserving-now = Заказ только что изменили, проверяю остатки. Повторите через несколько секунд.
desk-order-dearer = Так дороже, чем согласился покупатель: { $agreed } вместе с доставкой. Дороже без его согласия нельзя — напишите ему.
desk-order-not-approved = Сначала заказ надо подтвердить.
desk-order-tracking-odd = Это не похоже на номер отправления. Пришлите только номер или «без номера».
desk-order-amend-unclear = Не понял «{ $text }». Пишите так: «2 шт», «цена 2000», «1: 3 шт по 1900», «доставка 300», «убрать 2». Чтобы написать покупателю, нажмите «Написать».
desk-order-amend-which = В заказе несколько строк: начните с номера, например «1: 2 шт».
desk-order-amend-no-line = Строки { $number } в заказе нет.
desk-order-amend-empty = Так в заказе ничего не останется. Чтобы отказать, нажмите «Отклонить».
desk-order-amend-pickup = Это самовывоз, доставки в заказе нет.
desk-order-amend-too-much = Так сумма не считается: проверьте количество и цену.
desk-order-reminder = { $minutes ->
    [one] Заказ { $order } ждёт решения уже { $minutes } минуту
    [few] Заказ { $order } ждёт решения уже { $minutes } минуты
   *[many] Заказ { $order } ждёт решения уже { $minutes } минут
}
desk-order-status-waiting = { $count ->
    [one] Ждёт решения { $count } заказ.
    [few] Ждут решения { $count } заказа.
   *[many] Ждут решения { $count } заказов.
}

# Orders: what the buyer is told without having asked.
order-news-approved = Заказ { $order } подтверждён. К оплате: { $total }.
order-news-changed = Продавец изменил заказ { $order }. Теперь в нём:
order-news-line = { $name } — { $pieces } шт. по { $price }
order-news-approved-again = Заказ { $order } подтверждён.
order-news-rejected = К сожалению, продавец не может выполнить заказ { $order }.
order-news-rejected-because = К сожалению, продавец не может выполнить заказ { $order }: { $reason }
order-news-expired = Продавец не успел подтвердить заказ { $order }, он отменён. Если товар ещё нужен, напишите, и я оформлю его заново.
order-news-invoiced = Счёт № { $number } на { $total } по заказу { $order }.
order-news-paid = Оплата по заказу { $order } получена, спасибо!
order-news-shipped = Заказ { $order } отправлен.
order-news-shipped-with = Заказ { $order } отправлен, номер для отслеживания: { $tracking }
order-news-delivered = Заказ { $order } доставлен. Спасибо за покупку!
order-news-returned = Возврат по заказу { $order } принят.

# Invoices.
invoice-payment =
    Получатель: { $payee }, ИНН { $inn }
    Счёт: { $account }
    Банк: { $bank }, БИК { $bik }, корр. счёт { $correspondent }
    Сумма: { $total }
    Назначение платежа: Оплата по счёту № { $number } от { $day }
invoice-letter-subject = Счёт № { $number } от магазина «{ $shop }»
invoice-letter-body =
    Здравствуйте!

    Во вложении счёт № { $number } по заказу { $order } на { $total }.
    Оплатить можно по реквизитам или по QR-коду на счёте.

    { $shop }
# The cart. Texts: $name, $what (the buyer's words), $availability. Counts: $quantity. Money: $price, $total.
cart-title = В корзине:
cart-line = { $name } — { $quantity } шт. × { $price } = { $total }
cart-total = Итого: { $total }
cart-hint = Оформляем?
cart-emptied = Корзина теперь пуста.
cart-empty = В корзине пока ничего нет.
cart-short = { $quantity ->
    [one] «{ $name }»: есть только { $quantity } штука, столько и положил.
    [few] «{ $name }»: есть только { $quantity } штуки, столько и положил.
   *[many] «{ $name }»: есть только { $quantity } штук, столько и положил.
}
cart-sold-out = «{ $name }» сейчас нет в наличии.
cart-instead = Похожее, что есть:
cart-article = { $name } — { $price }, { $availability }
cart-not-there = «{ $name }» в корзине нет.
cart-unknown = «{ $what }» у нас не нашёл. Напишите, пожалуйста, название или артикул.
cart-gone = «{ $name }» больше не продаётся.
cart-no-place = Такого номера в списке нет.
cart-too-many = Столько «{ $name }» за один заказ не оформить.
cart-repriced = Цена на «{ $name }» обновилась.
cart-which = Что именно? Напишите название или номер.
cart-choose = Уточните, пожалуйста, что именно:
cart-near = Точно такого нет. Может быть, что-то из этого?
cart-choose-outro = Напишите номер.
# Orders in the making and after: what is asked, shown and told. Texts: $name, $to, $cost, $days, $place, $who, $order,
# $until, $reason, $number, $tracking. Counts: $pieces, $left. Amounts: $price, $sum, $total.
order-empty = Корзина пока пустая. Что вы хотите купить?
order-not-understood = Не понял ответ, спрошу ещё раз.
order-what-to-change = Хорошо, пока не оформляю. Что поправить: товары, доставку, адрес, имя или контакт?
order-yes-or-no = Оформляем заказ так, как показал выше? Напишите «да» или что поправить.
order-too-little = Минимальная сумма заказа — { $least }, а в корзине пока { $goods }. Добавьте, пожалуйста, что-нибудь ещё хотя бы на { $missing }.
order-dropped = Хорошо, заказ не оформляю. Товары остались в корзине.
order-dropped-empty = Хорошо, ничего не оформляю.
order-ask-delivery-or-pickup = Куда доставить, в какой город? Или заберёте сами?
order-ask-delivery = Куда доставить, в какой город?
order-ask-pickup = Заказ можно забрать самому. Подойдёт? Если нужна доставка, напишите город — спрошу у продавца.
order-ask-address = Напишите адрес: улицу, дом и квартиру или пункт выдачи.
order-ask-name = На чьё имя оформить заказ?
order-ask-contact = Оставьте телефон или почту: на них придёт счёт.
order-price-changed = Цена изменилась: «{ $name }» теперь стоит { $price }.
order-gone = «{ $name }» больше нет в наличии.
order-fewer = { $left ->
    [one] «{ $name }» — осталась только { $left } шт.
   *[other] «{ $name }» — осталось только { $left } шт.
}
order-too-many-open = Заказы { $orders } ещё ждут подтверждения. Как только продавец ответит по ним, оформлю и этот; корзина сохранится. Любой из них можно и отменить.
order-nothing-left = К сожалению, заказать сейчас нечего.
order-alternatives = Вот что есть похожего:
order-summary = Проверьте заказ:
order-line = • { $name } — { $pieces } шт. по { $price } = { $sum }
order-line-one = • { $name } — { $pieces } шт., { $price }
order-as-last-time = Как в прошлый раз:
order-delivery = Доставка: { $to } — { $cost }
order-delivery-days = Доставка: { $to } — { $cost }, срок: { $days }
order-pickup = Самовывоз: { $place }
order-pickup-to-be-told = Самовывоз; где и когда забрать, скажет продавец
order-recipient = Получатель: { $who }
order-total = Итого: { $total }
order-confirm = Всё верно? Оформляем?
order-placed = Заказ { $order } на { $total } принят. Продавец подтвердит, и я сразу напишу.
order-placed-until = Заказ { $order } на { $total } принят. Продавец подтвердит, и я сразу напишу — не позднее чем { $until }.
order-accepted = Заказ { $order } оформлен. К оплате: { $total }.
order-declined = К сожалению, пока мы оформляли заказ, часть товара успели купить.
order-cancel-confirm = Отменить заказ { $order } на { $total }?
order-change-confirm = Заказ { $order } на { $total } уже у продавца. Чтобы его изменить, я его отменю и верну товары в корзину. Отменить?
order-kept = Хорошо, заказ { $order } остаётся в силе.
order-cancelled = Заказ { $order } отменён.
order-cancelled-to-change = Заказ { $order } отменён, товары снова в корзине:
order-status-reserving = Заказ { $order } на { $total }: проверяю наличие и резервирую товар.
order-status-waits = Заказ { $order } на { $total } ждёт подтверждения продавца.
order-status-waits-until = Заказ { $order } на { $total } ждёт подтверждения продавца. Ответ будет не позднее чем { $until }.
order-status-declined = Заказ { $order } на { $total } не оформлен: товара не хватило.
order-status-rejected = Заказ { $order } на { $total } продавец выполнить не может.
order-status-rejected-because = Заказ { $order } на { $total } продавец выполнить не может: { $reason }
order-status-expired = Заказ { $order } на { $total } отменён: продавец не успел его подтвердить.
order-status-approved = Заказ { $order } на { $total } подтверждён, продавец им занимается.
order-status-invoiced = Заказ { $order } на { $total } подтверждён, выставлен счёт № { $number }. Ждём оплату.
order-status-paid = Заказ { $order } на { $total } оплачен, продавец готовит его к отправке.
order-status-shipped = Заказ { $order } на { $total } отправлен.
order-status-shipped-with = Заказ { $order } на { $total } отправлен, номер для отслеживания: { $tracking }
order-status-delivered = Заказ { $order } на { $total } доставлен.
order-status-returned = Заказ { $order } на { $total } возвращён.
order-remind-delivery = Вернёмся к заказу: куда доставить? Или заберёте сами?
order-remind-address = Вернёмся к заказу: напишите адрес — улицу, дом и квартиру или пункт выдачи.
order-remind-name = Вернёмся к заказу: на чьё имя его оформить?
order-remind-contact = Вернёмся к заказу: оставьте телефон или почту, на них придёт счёт.
order-remind-confirm = Вернёмся к заказу: всё верно, оформляем?
order-remind-cancel = Вернёмся к заказу: отменить его?
link-ask-address = Чтобы я видел ваши заказы из других чатов, подтвердите почту: напишите адрес, и я пришлю на него код.
link-code-sent = Отправляю на этот адрес письмо с кодом. Напишите код сюда — он действует десять минут.
link-too-often = Сегодня я отправил уже достаточно писем с кодом. Попробуйте, пожалуйста, завтра.
link-code-wrong = Код не подошёл. Проверьте письмо и напишите код ещё раз. Осталось попыток: { $left }.
link-no-code = Этот код уже не действует. Напишите адрес почты ещё раз, и я пришлю новый.
link-first = Спасибо, почта подтверждена. Подтвердите её так же в другом чате с нами — и ваши заказы будут видны в обоих.
link-done = Спасибо, почта подтверждена. Теперь я вижу ваши заказы и из других чатов. Если передумаете, напишите «отвяжите».
link-parted = Готово: этот чат больше не связан с другими, заказы из них здесь не видны.
link-nothing = Этот чат ни с чем не связан.
mail-code-subject = Код подтверждения — { $shop }
mail-code-body = Здравствуйте!

    Ваш код: { $code }

    Напишите его в чат с магазином «{ $shop }». Код действует десять минут.
    Если вы его не запрашивали, ничего делать не нужно; никому его не сообщайте.
