# What Torg says to buyers. All three files hold the same messages with the same arguments.
#
# $name, $alternative   a product, as the seller's sheet calls it (text)
# $quantity, $count     how many (count)
# $shown                how many of them a list shows (count)
# $price                an amount with its currency (money)
# $number               the place in a list, from 1 (count)
# $availability         one of availability-* (text)

greeting = Hello! How can I help? Ask about any item: whether it is in stock and what it costs.
greeting-prefix = Hello!
thanks = You are welcome! Write any time if you have a question.

stock-price = “{ $name }” costs { $price }, { $availability }.
stock-available = Yes, “{ $name }” is in stock: { $quantity ->
    [one] { $quantity } piece
   *[other] { $quantity } pieces
}. The price is { $price }.
stock-available-some = Yes, “{ $name }” is in stock. The price is { $price }.
stock-last-one = Yes, “{ $name }” is in stock, the last one. The price is { $price }.
stock-on-order = “{ $name }” is not in stock right now but can be ordered. The price is { $price }.
stock-sold-out = Sorry, “{ $name }” is sold out.
stock-sold-out-with-alternative = Sorry, “{ $name }” is sold out. We do have “{ $alternative }” — { $price }, { $availability }.
stock-which = Which item are you interested in? Please write its name.

stock-list-intro = { $count ->
    [one] I found { $count } item:
   *[other] I found { $count } items:
}
stock-list-intro-more = There are { $count } items, here are the first { $shown }:
stock-other-variants = We do not have exactly that one. These are close:
stock-list-item = { $number }. { $name } — { $price }, { $availability }
stock-list-outro = Which one would you like? Just write its number.

availability-in-stock = { $quantity ->
    [one] { $quantity } piece in stock
   *[other] { $quantity } pieces in stock
}
availability-some = in stock
availability-on-order = on order
availability-sold-out = sold out

handoff-notice = I have passed your question on to the seller{ $answers }
handoff-rest-notice = I have passed the rest on to the seller{ $answers }
handoff-complaint-notice = I am sorry this happened. I have passed your message on to the seller{ $answers }
unreadable-notice = I cannot open this myself, so I have passed it on to the seller{ $answers }

# When the seller will answer. `answers-…` stand behind "passed on to the seller" of a notice; `when-…` are a moment.
#
# $answers              one of answers-… (text)
# $when                 one of when-… (text)
# $time, $date          `10:00` of the shop's clocks, the day of the month (text)
# $weekday, $month      in English, in lower case (text)
answers-here = {","} who will answer you here.
answers-soon = {","} who will answer you here soon.
answers-away = {"."} Nobody is there right now; the seller will answer { $when }.
answers-away-someday = {"."} Nobody is there right now; the seller will answer on coming back.
handoff-again = I have passed this on as well, the seller will see it.
waiting-still = The seller has not come yet and will answer { $when }.
waiting-still-free = The seller has not come yet and will answer as soon as possible.
when-today = today at { $time }
when-tomorrow = tomorrow at { $time }
when-weekday = on { $weekday ->
    [monday] Monday
    [tuesday] Tuesday
    [wednesday] Wednesday
    [thursday] Thursday
    [friday] Friday
    [saturday] Saturday
   *[sunday] Sunday
} at { $time }
when-date = on { $date } { $month ->
    [january] January
    [february] February
    [march] March
    [april] April
    [may] May
    [june] June
    [july] July
    [august] August
    [september] September
    [october] October
    [november] November
   *[december] December
} at { $time }

# Catalog
#
# $description          the seller's own words about a product, whole sentences (text)
# $quote                words of the seller's text that answer a question (text)
ask-same-product = Do you mean “{ $name }”?
catalog-what = What are you looking for, or what do you need it for? I will find something.
catalog-list-intro = Here is what may suit you:
catalog-one = “{ $name }” may suit you — { $price }, { $availability }.
catalog-about = “{ $name }” — { $price }, { $availability }. { $description }
catalog-quote = “{ $name }”. The description says: “{ $quote }”.
catalog-named = It is “{ $name }”.

# Questions. `subject-…` are what a question is about: "Do you mean delivery or a discount?"
# ask-meaning: first, second (subjects). handoff-part-notice: what (a subject).
ask-meaning = Do you mean { $first } or { $second }?
ask-product = Which product do you mean? Please write its name.
ask-purpose = I am the shop's assistant and can help with products, prices and delivery. What are you looking for?
subject-stock = availability
subject-delivery = delivery
subject-price = a discount
subject-search = help in choosing
subject-product = the product's details
subject-cart = your cart
subject-order = placing an order
subject-status = your order
handoff-part-notice = I have passed your question about { $what } on to the seller{ $answers }

# Delivery
#
# $place, $places       where to (text)
# $cost                 delivery-free, or an amount with its currency (text)
# $days, $terms         how long, or when and where, as the seller's table says it (text)
delivery-intro = Delivery:
delivery-intro-days = Delivery time:
delivery-line = { $place } — { $cost }, { $days }
delivery-line-days-first = { $place } — { $days }, { $cost }
delivery-line-no-days = { $place } — { $cost }
delivery-free = free
delivery-free-from = Delivery is free for orders from { $price }.
delivery-free-from-to = Delivery is free for orders from { $price } to: { $places }.
delivery-pickup = Yes, you can pick it up yourself — { $cost }: { $terms }.
delivery-pickup-no-terms = Yes, you can pick it up yourself — { $cost }.
delivery-where = Which city should we send it to?
delivery-no-terms = { $places } — I do not have delivery terms for it, but I can ask the seller.
delivery-unknown-place = I did not recognise one of the places: could you name the nearest big city?

# General
#
# $address, $days, $hours, $phone   as the settings tab has them (text)
# $answer                           the seller's own answer (text)
general-who = I am a bot, the shop’s assistant: I answer questions about items and orders. If you like, I will call the seller.
general-how-it-goes = I am fine, thank you! I am the shop’s assistant and answer questions about items and orders. If you like, I will call the seller.
general-address = Our address: { $address }.
general-days-and-hours = We are open { $days }, { $hours }.
general-days = We are open { $days }.
general-hours = We are open { $hours }.
general-phone = Our phone: { $phone }.
general-seller-says = The seller’s answer: “{ $answer }”

# Pricing
#
# $full                 the list price (money)
# $total                the price of all pieces (money)
# $from                 from how many pieces on (count)
# $percent, $hours      per cent off, how long an offer holds (count)
# $terms                pricing-terms or nothing (text)
# $holds                pricing-holds (text)
pricing-offer = I can do { $price } for “{ $name }”{ $terms }. { $holds }
pricing-lowest = I can let “{ $name }” go for { $price }{ $terms } — that is the best price I can give. { $holds }
pricing-accepted = Deal: “{ $name }” for { $price }{ $terms }. { $holds }
pricing-renewed = I can offer “{ $name }” for { $price }{ $terms } again — that is the best price I can give. { $holds }
pricing-agreed = Sure: “{ $name }” — { $price }{ $terms }.
pricing-last = I am sorry, I cannot go below { $price }{ $terms } — that is the best price for “{ $name }”.
pricing-fixed = The price of “{ $name }” is fixed — { $price }; I am sorry, I cannot go lower.
pricing-yours = “{ $name }” for you — { $price } instead of { $full }{ $terms }, { $availability }.
pricing-pieces = “{ $name }”: { $quantity ->
    [one] { $quantity } piece
   *[other] { $quantity } pieces
} at { $price } each — { $total } in total, { $availability }.
pricing-break = { $from ->
    [one] From { $from } piece
   *[other] From { $from } pieces
} on it is { $percent }% off.
pricing-terms = {" "}(each, for { $quantity ->
    [one] { $quantity } piece
   *[other] { $quantity } pieces
} or more)
pricing-holds = The offer holds for { $hours ->
    [one] { $hours } hour
   *[other] { $hours } hours
}.
