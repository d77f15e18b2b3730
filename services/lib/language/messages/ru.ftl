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
