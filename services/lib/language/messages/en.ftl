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
ask-last-time = Same as last time: do you mean “{ $name }”? It is { $price } now, { $availability }.
last-time-unknown = I cannot find in our chat what it was last time. Which item are you interested in?
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

# The seller's desk: cards and answers in Telegram. Texts: $why, $name, $price, $stock, $text, $who, $what, $hours,
# $problem; counts: $count, $minutes.
desk-buyer = Buyer
desk-channel-avito = Avito
desk-channel-telegram = Telegram
desk-channel-web = web chat
desk-side-buyer = Buyer
desk-side-bot = Bot
desk-side-seller = Seller
desk-unreadable = (a picture, a voice note or a file)
desk-why = Why I ask: { $why }
desk-reason-low-confidence = not sure that I understood
desk-reason-no-specialist = I cannot answer such things
desk-reason-bundle = several conditions at once, your decision
desk-reason-ambiguous = not clear what it is about
desk-reason-human = asks for a person
desk-reason-complaint = complains
desk-reason-cannot-answer = the sheet has no answer
desk-reason-guard = my answer did not pass the check of facts
desk-reason-unreadable = sent something that I cannot open
desk-reason-uncertain = nobody knows whether my last reply arrived
desk-reason-failed = my reply was not accepted
desk-reason-budget = the limit of this chat is used up for today
desk-reason-paused = the bot is paused
desk-reason-approval = the order needs your yes
desk-reason-hold-out = part of an experiment: this chat is answered by you alone
desk-product = Product: “{ $name }”, { $price }, { $stock }
desk-stock = { $count } left
desk-stock-some = in stock
desk-stock-on-order = on order
desk-draft = I would say: “{ $text }”
desk-how-to-reply = To answer the buyer, reply to this message.
desk-taken = { $who } has the chat
desk-by = { $what } — { $who }
desk-settled-draft = The bot's answer was sent
desk-settled-answered = Answered
desk-settled-outside = Answered in the app
desk-settled-given-back = Given back to the bot
desk-settled-closed = Closed
desk-settled-muted = The buyer is muted
desk-settled-superseded = There is a newer card
desk-settled-order-approved = Order approved
desk-settled-order-by-rule = Order approved by the shop's own rule: there is nothing to decide
desk-settled-order-rejected = Order rejected
desk-settled-order-cancelled = Order cancelled
desk-settled-order-expired = Nobody approved it in time
desk-judged-needed = Good that I asked
desk-judged-needless = I need not have asked
desk-digest = { $count ->
    [0] Nobody waits, there are new orders
    [one] { $count } chat waits
   *[other] { $count } chats wait
}
desk-digest-how = Press a number to see its card.
desk-reminder = { $minutes ->
    [one] The buyer has been waiting for { $minutes } minute
   *[other] The buyer has been waiting for { $minutes } minutes
}
desk-undelivered-uncertain = Nobody knows whether your reply reached the buyer. Have a look at the chat.
desk-undelivered-refused = Your reply did not arrive: it was not accepted. Write to the buyer yourself.
desk-button-send = ✅ Send
desk-button-edit = ✏️ Edit
desk-button-take = 🙋 Take the chat
desk-button-take-away = 🙋 Take it to me
desk-button-give-back = ↩️ To the bot
desk-button-close = ✔️ Close
desk-button-snooze = ⏰ In 30 minutes
desk-button-mute = 🔕 Mute
desk-button-unmute = 🔔 Unmute
desk-button-needed = 👍 Good that you asked
desk-button-needless = 👎 Needless
desk-button-avito = Open on Avito
desk-already = Settled already: { $what }
desk-forgotten = This card is out of date.
desk-taken-by = { $who } has the chat already.
desk-answers-already = { $who } is answering already. To write yourself, take the chat.
desk-answers-in-app = Somebody has answered in the app. To write from here, give the chat back to the bot and take it.
desk-no-draft = There is no ready answer: write your own.
desk-buyer-wrote = The buyer wrote again. Look at the card and press once more.
desk-already-so = It is so already.
desk-no-words = There are no words to send.
desk-no-chat = I do not know this chat.
desk-not-a-seller = You have no access to this shop.
desk-stranger = This bot is for the sellers of a shop. For access, ask its owner for a code.
desk-code-good = Done, you are a seller of this shop. Cards will come here; /help says what I can do.
desk-code-unknown = There is no such code, or it was used already. Ask for a new one.
desk-code-expired = The code is too old: it holds for 10 minutes. Ask for a new one.
desk-code-too-many = Too many tries. Wait 10 minutes.
desk-help = When a person is needed, I send a card. Reply to it, and your words go to the buyer.
    /status — how things are
    /hours — opening hours
    /console — a code to enter the console with
    /pause — the bot is silent, all questions come to you
    /stop — nothing goes out to buyers
    /resume — the bot works again
    An order comes as a card: approve, change or reject it with a button. You can also change it by answering the card: “1: 2 pcs at 1900, delivery 300”.
    Once it is approved the card has its invoice, what became of the letter, and buttons: paid, sent, received, returned. What the shop's rule approves comes decided.
desk-console-code = Code for the console: { $code }
    It holds for 5 minutes, once. Type it on the sign-in page and pass it on to nobody.
desk-what = To write to a buyer, reply to the buyer's card. /help says what I can do.
desk-which = There are several chats here. Press a number and reply to its card.
desk-prompt = Reply to this message with the words for the buyer. I would write: “{ $text }”
desk-prompt-placeholder = Answer to the buyer
desk-done-draft = Sending
desk-done-prompt = Waiting for your words
desk-done-taken = The chat is yours, the bot is silent
desk-done-given-back = The bot goes on
desk-done-closed = Closed
desk-done-snoozed = I will remind you in 30 minutes
desk-done-muted = The buyer is muted
desk-done-unmuted = The bot hears the buyer again
desk-done-judged = Thank you, noted
desk-done-shown = Here it is
desk-done-reply = Sending it to the buyer.
desk-done-paused = Paused: the bot answers no buyers, all questions come to you. /resume to go on.
desk-done-stopped = Stopped: nothing goes out to buyers, not even your replies. /resume to go on.
desk-done-resumed = The bot works again.
desk-hours-in-sheet = The opening hours stand in the sheet, in the tab of settings: { $hours }. Change them there.
desk-hours-are = Opening hours: { $hours }
desk-hours-none = No opening hours are known: I take it that somebody is always there. Write, for example: /hours Mon-Fri 10-19, Sat 11-16
desk-hours-wrong = I do not understand these hours: { $problem }
desk-status-works = The bot works.
desk-status-paused = The bot is paused: all questions come to you. /resume to go on.
desk-status-stopped = Stopped: nothing goes out to buyers. /resume to go on.
desk-status-waiting = { $count ->
    [0] Nobody waits.
    [one] { $count } chat waits.
   *[other] { $count } chats wait.
}
desk-status-no-hours = No opening hours are known.
desk-status-open = These are opening hours.
desk-status-closed = Nobody is there at this hour: cards come without a sound.
desk-status-shut = Nothing can be sent: { $what }

# Setting a shop up from the desk: Avito's keys, the link of a sheet. Texts: $name, $account, $expected, $actual, $shop,
# $problem, $what, $tab, $at, $reason. Counts: $rows, $count.
desk-setup-removed = I have removed your message with the keys from this chat.
desk-setup-not-removed = I could not remove your message with the keys from this chat: please delete it yourself.
desk-setup-half = I see only half of the keys. Send Client_id and Client_secret in one message, as they stand on the API page of your Avito account.
desk-setup-keys-gone = I have checked these keys already and do not keep them. /status shows what is connected; if the account is not there, send the keys again.
desk-setup-keys-refused = Avito does not accept these keys. Copy Client_id and Client_secret from the API page once more, whole, and send them in one message. If the keys were issued anew, the old ones no longer work.
desk-setup-foreign = These keys belong to account { $actual }, and you wrote { $expected }. Sign in to the right account and copy the keys there.
desk-setup-elsewhere = This Avito account is already connected to another shop here. It has to be disconnected there first.
desk-setup-no-messenger = The keys are right, but Avito does not let me into the account's chats with them. Usually the plan lacks the messenger API: it takes “Максимальный”; for services, “Расширенный” is enough. Check also that the plan is paid for and that the keys belong to the main account, not to an employee. Then send the keys again.
desk-setup-avito-odd = Avito answered in a way that I do not understand. Try to send the keys again in an hour; if that does not help, whoever runs the server should look into the journal.
desk-setup-avito-away = Avito does not answer now. I have kept the keys and will check them myself; no need to send them again.
desk-setup-avito-given-up = Avito did not answer for a day. I have not checked the keys, and have deleted them here. Please send them again.
desk-setup-file-refused = What you sent is right, but the shop's file cannot be changed that way: { $problem }. Please pass this on to whoever runs the server.
desk-setup-connected = Avito account “{ $name }” ({ $account }) is connected.
desk-setup-webhook-done = What buyers write there, I will see at once.
desk-setup-webhook-step = One step is left, on the server: torg shop connect { $shop } --url and the public address, as in --url https://torg.example.org. Until then I do not see what buyers write.
desk-setup-webhook-other = But another program gets this account's messages now, and Avito sends them to one only. If it is no longer needed, on the server: torg shop connect { $shop } --takeover. Until then I do not see what buyers write.
desk-setup-webhook-failed = But Avito has not taken our address yet. On the server: torg shop connect { $shop } — it says why. Until then I do not see what buyers write.
desk-setup-sheet-named = The sheet opens, I take the articles from it. Look at /status in a minute: it says how many rows I understood.
desk-setup-sheet-same = This is the sheet that I read. /status says when I last did.
desk-setup-sheet-empty = The sheet opens, but this tab is empty. Open the tab with the articles and send its link.
desk-setup-sheet-not-shared = The sheet is closed. In Google Sheets: “Share” → “Anyone with the link” → “Viewer”. Then send the link again.
desk-setup-sheet-missing = There is no such spreadsheet or no such tab. Open the tab with the articles and copy the whole link from the address bar.
desk-setup-sheet-other = This link is not a Google spreadsheet. If it is an Excel file, open it and choose “File” → “Save as Google Sheets”, then send the link of that.
desk-setup-sheet-large = The tab is too large. Leave only the articles in it.
desk-setup-sheet-away = Google does not answer now. I remember the link and will check it myself.
desk-setup-sheet-given-up = Google did not answer for a day, and I have not checked the sheet. Please send the link again.
desk-setup-status-channel = Connected: { $what }
desk-setup-status-no-sheet = The sheet has never been read.
desk-setup-status-tab = { $rows ->
    [one] Sheet, { $tab }: { $rows } row, read { $at }.
   *[other] Sheet, { $tab }: { $rows } rows, read { $at }.
}
desk-setup-status-problems = { $count ->
    [one] { $count } row I did not understand.
   *[other] { $count } rows I did not understand.
}
desk-setup-status-refused = Sheet, { $tab }: I did not take the new version, the last one holds. { $reason }

# Orders at the desk. Texts: $order, $name, $contact, $place, $days, $address, $when, $date, $percent, $reason, $tracking,
# $text. Counts: $number, $pieces, $left, $wanted, $minutes, $count. Amounts: $price, $sum, $total, $amount, $agreed.
desk-order-title = Order { $order } for { $total }
desk-order-digest = order { $order } for { $total }
desk-order-name = Recipient: { $name }
desk-order-contact = Contact: { $contact }
desk-order-line = { $number }. { $name } — { $pieces } pcs × { $price } = { $sum }
desk-order-line-was = was { $pieces } pcs × { $price }
desk-order-line-list = { $price } in the sheet
desk-order-line-gone = Removed: { $name } — { $pieces } pcs × { $price }
desk-order-line-more = … and more lines: { $count }
desk-order-stock = { $count } left after this order
desk-order-stock-some = in the sheet, the sheet does not say how many
desk-order-stock-on-order = “on order” in the sheet
desk-order-stock-gone = no longer in the sheet
desk-order-pickup = Pick-up
desk-order-delivery = Delivery: { $place } — { $price }
desk-order-delivery-days = days: { $days }
desk-order-address = Address: { $address }
desk-order-was = was { $price }
desk-order-total = Total: { $total }
desk-order-discount = Below the sheet’s prices: { $amount } ({ $percent }%)
desk-order-first = The buyer’s first order
desk-order-history = Order number { $number } of this buyer, the one before on { $date } for { $total }
desk-order-until = To be decided by: { $when }
desk-order-reserving = Changing the order, checking the stock…
desk-order-short = Could not be changed: { $name } — wanted { $wanted }, there are { $left }. The order stays as it was.
desk-order-reason = Reason: { $reason }
desk-order-invoice = 🧾 Invoice No. { $number }
desk-order-invoice-waiting = 🧾 Invoice No. { $number }, its letter has not gone yet
desk-order-invoice-mailed = 🧾 Invoice No. { $number }, its letter was sent
desk-order-invoice-refused = ⚠️ Invoice No. { $number }, its letter was not sent and will not be ({ $reason })
desk-order-invoice-uncertain = ⚠️ Invoice No. { $number }, nobody knows whether its letter arrived: ask the buyer ({ $reason })
desk-order-marked-paid = 💰 Paid
desk-order-marked-shipped = 🚚 Sent
desk-order-marked-tracking = 🚚 Sent, number { $tracking }
desk-order-marked-delivered = 📦 Received by the buyer
desk-order-marked-returned = ↩️ Returned
desk-order-how = To change it, answer this message, for example: “1: 2 pcs at 1900, delivery 300”.
desk-order-button-approve = ✅ Approve
desk-order-button-amend = ✏️ Change
desk-order-button-reject = ❌ Reject
desk-order-button-write = 💬 Write
desk-order-button-paid = 💰 Paid
desk-order-button-shipped = 🚚 Sent
desk-order-button-delivered = 📦 Received
desk-order-button-returned = ↩️ Returned
desk-order-prompt-amend = What is to be changed in order { $order }? Answer this message: “2 pcs”, “price 2000”, “1: 3 pcs at 1900”, “delivery 300”, “remove 2”. Several changes: with commas between.
desk-order-prompt-amend-short = 1: 2 pcs at 1900
desk-order-prompt-reject = Why is order { $order } rejected? Answer this message: the buyer will see the reason. Or write “no reason”.
desk-order-prompt-reject-short = Reason for the buyer
desk-order-prompt-tracking = The tracking number of order { $order }? Answer this message: the buyer will see it. Or write “no number”.
desk-order-prompt-tracking-short = Tracking number
desk-order-prompt-write = What shall the buyer of order { $order } be told? Answer this message. The chat will be yours, the bot is silent.
desk-order-done-approved = Approved, telling the buyer
desk-order-done-amended = Changing it. The card changes as soon as the stock is checked; then approve it.
desk-order-done-rejected = Rejected, telling the buyer
desk-order-done-marked = Noted, telling the buyer
desk-order-done-prompt = Waiting for your answer
desk-order-too-late = Too late: nobody decided in time, the order is being cancelled.
desk-order-changed = The order has changed. Look at the card and decide again.
desk-order-reserving-now = The order was changed just now, I am checking the stock. Try again in some seconds.
desk-order-dearer = That is dearer than the buyer agreed to: { $agreed } with delivery. Not without their consent: write to them.
desk-order-not-approved = The order has to be approved first.
desk-order-tracking-odd = That does not look like a tracking number. Send the number alone, or “no number”.
desk-order-amend-unclear = I do not understand “{ $text }”. Write it like this: “2 pcs”, “price 2000”, “1: 3 pcs at 1900”, “delivery 300”, “remove 2”. To write to the buyer, press “Write”.
desk-order-amend-which = The order has several lines: begin with the number, for example “1: 2 pcs”.
desk-order-amend-no-line = The order has no line { $number }.
desk-order-amend-empty = That would leave nothing in the order. To say no, press “Reject”.
desk-order-amend-pickup = The buyer picks it up: the order has no delivery.
desk-order-amend-too-much = That sum cannot be computed: check pieces and price.
desk-order-reminder = { $minutes ->
    [one] Order { $order } has been waiting for { $minutes } minute
   *[other] Order { $order } has been waiting for { $minutes } minutes
}
desk-order-status-waiting = { $count ->
    [one] { $count } order waits for your decision.
   *[other] { $count } orders wait for your decision.
}

# Orders: what the buyer is told without having asked.
order-news-approved = Order { $order } is confirmed. To pay: { $total }.
order-news-changed = The seller has changed order { $order }. It is now:
order-news-line = { $name } — { $pieces } pcs at { $price }
order-news-approved-again = Order { $order } is confirmed.
order-news-rejected = I am sorry, the seller cannot fulfil order { $order }.
order-news-rejected-because = I am sorry, the seller cannot fulfil order { $order }: { $reason }
order-news-expired = The seller did not confirm order { $order } in time, so it is cancelled. If you still want it, write to me and I will place it again.
order-news-invoiced = Invoice No. { $number } for { $total }, order { $order }.
order-news-paid = We have received your payment for order { $order }, thank you!
order-news-shipped = Order { $order } has been sent.
order-news-shipped-with = Order { $order } has been sent, tracking number: { $tracking }
order-news-delivered = Order { $order } has been delivered. Thank you for buying from us!
order-news-returned = The return of order { $order } has been accepted.

# Invoices.
invoice-payment =
    Payee: { $payee }, INN { $inn }
    Account: { $account }
    Bank: { $bank }, BIK { $bik }, corr. account { $correspondent }
    Amount: { $total }
    Purpose: Оплата по счёту № { $number } от { $day }
invoice-letter-subject = Invoice No. { $number } from { $shop }
invoice-letter-body =
    Hello!

    Attached is invoice No. { $number } for order { $order }, { $total }.
    You can pay with the bank details or the QR code on it.

    { $shop }
# The cart. Texts: $name, $what (the buyer's words), $availability. Counts: $quantity. Money: $price, $total.
cart-title = Your cart:
cart-line = { $name } — { $quantity } × { $price } = { $total }
cart-total = Total: { $total }
cart-hint = Shall we place the order?
cart-emptied = Your cart is empty now.
cart-empty = There is nothing in your cart yet.
cart-short = { $quantity ->
    [one] “{ $name }”: there is only { $quantity }, and it is in the cart.
   *[other] “{ $name }”: there are only { $quantity }, and they are in the cart.
}
cart-sold-out = Sorry, “{ $name }” is sold out.
cart-instead = Similar ones that we have:
cart-article = { $name } — { $price }, { $availability }
cart-not-there = “{ $name }” is not in your cart.
cart-unknown = I could not find “{ $what }” in the shop. Please write its name or article number.
cart-gone = “{ $name }” is no longer sold.
cart-no-place = The list has no such number.
cart-too-many = That many of “{ $name }” cannot go into one order.
cart-repriced = The price of “{ $name }” has changed.
cart-which = Which one exactly? Write its name or number.
cart-choose = Which one exactly?
cart-near = We do not have exactly that. Maybe one of these?
cart-choose-outro = Just write its number.
# Orders in the making and after: what is asked, shown and told. Texts: $name, $to, $cost, $days, $place, $who, $order,
# $until, $reason, $number, $tracking. Counts: $pieces, $left. Amounts: $price, $sum, $total.
order-empty = The cart is empty so far. What would you like to buy?
order-not-understood = I did not get that, let me ask once more.
order-what-to-change = All right, I am not placing it yet. What should be different: the items, the delivery, the address, the name or the contact?
order-yes-or-no = Shall I place the order as shown above? Please answer "yes", or say what should be different.
order-too-little = The smallest order is { $least }, and your cart comes to { $goods } so far. Please add something for at least { $missing }.
order-dropped = All right, I am not placing the order. The items are still in your cart.
order-dropped-empty = All right, I am not placing anything.
order-ask-delivery-or-pickup = Which town should it be sent to? Or will you pick it up?
order-ask-delivery = Which town should it be sent to?
order-ask-pickup = You can pick the order up yourself. Is that all right? If you need it delivered, tell me the town and I will ask the seller.
order-ask-address = Please tell me the address: street, house and flat, or a pick-up point.
order-ask-name = What name should the order be in?
order-ask-contact = Please leave a phone number or an e-mail address: the invoice goes there.
order-price-changed = The price has changed: “{ $name }” is now { $price }.
order-gone = “{ $name }” is no longer available.
order-fewer = { $left ->
    [one] “{ $name }”: there is only { $left } left.
   *[other] “{ $name }”: there are only { $left } left.
}
order-too-many-open = Your orders { $orders } are still waiting to be confirmed. I will take this one as soon as the seller has answered; your cart is kept. You can also cancel any of them.
order-nothing-left = I am sorry, there is nothing left to order.
order-alternatives = Here is what comes close:
order-summary = Please check the order:
order-line = • { $name } — { $pieces } pcs at { $price } = { $sum }
order-line-one = • { $name } — { $pieces } pc, { $price }
order-as-last-time = As last time:
order-delivery = Delivery: { $to } — { $cost }
order-delivery-days = Delivery: { $to } — { $cost }, takes { $days }
order-pickup = Pick-up: { $place }
order-pickup-to-be-told = Pick-up; the seller will tell you where and when
order-recipient = Recipient: { $who }
order-total = Total: { $total }
order-confirm = Is everything right? Shall I place the order?
order-placed = Order { $order } for { $total } is in. The seller will confirm it, and I will write to you at once.
order-placed-until = Order { $order } for { $total } is in. The seller will confirm it, and I will write to you at once, { $until } at the latest.
order-accepted = Order { $order } is placed. To pay: { $total }.
order-declined = I am sorry: while we were at it, somebody else bought some of it.
order-cancel-confirm = Cancel order { $order } for { $total }?
order-change-confirm = Order { $order } for { $total } is with the seller already. To change it I will cancel it and put the items back into your cart. Cancel it?
order-kept = All right, order { $order } stays as it is.
order-cancelled = Order { $order } is cancelled.
order-cancelled-to-change = Order { $order } is cancelled, and the items are in your cart again:
order-status-reserving = Order { $order } for { $total }: I am checking the stock and reserving the items.
order-status-waits = Order { $order } for { $total } waits for the seller to confirm it.
order-status-waits-until = Order { $order } for { $total } waits for the seller to confirm it. You will hear { $until } at the latest.
order-status-declined = Order { $order } for { $total } was not placed: there was not enough in stock.
order-status-rejected = The seller cannot fulfil order { $order } for { $total }.
order-status-rejected-because = The seller cannot fulfil order { $order } for { $total }: { $reason }
order-status-expired = Order { $order } for { $total } is cancelled: the seller did not confirm it in time.
order-status-approved = Order { $order } for { $total } is confirmed, the seller is working on it.
order-status-invoiced = Order { $order } for { $total } is confirmed, and invoice No. { $number } is out. We are waiting for the payment.
order-status-paid = Order { $order } for { $total } is paid, the seller is getting it ready.
order-status-shipped = Order { $order } for { $total } has been sent.
order-status-shipped-with = Order { $order } for { $total } has been sent, tracking number: { $tracking }
order-status-delivered = Order { $order } for { $total } has been delivered.
order-status-returned = Order { $order } for { $total } was returned.
order-remind-delivery = Back to the order: which town should it be sent to? Or will you pick it up?
order-remind-address = Back to the order: please tell me the address, street, house and flat, or a pick-up point.
order-remind-name = Back to the order: what name should it be in?
order-remind-contact = Back to the order: please leave a phone number or an e-mail address for the invoice.
order-remind-confirm = Back to the order: is everything right, shall I place it?
order-remind-cancel = Back to the order: shall I cancel it?
link-ask-address = To see your orders from other chats I need a confirmed e-mail address: send me the address and I will mail a code to it.
link-code-sent = I am sending a letter with a code to this address. Type the code here; it is valid for ten minutes.
link-too-often = I have sent enough letters with codes today. Please try again tomorrow.
link-code-wrong = That is not the code. Please check the letter and type it again. Tries left: { $left }.
link-no-code = This code is no longer valid. Send me the e-mail address again and I will mail a new one.
link-first = Thank you, the address is confirmed. Confirm it in your other chat with us as well, and your orders will be seen in both.
link-done = Thank you, the address is confirmed. I can now see your orders from your other chats too. Should you change your mind, write "unlink my account".
link-parted = Done: this chat is no longer linked to others, and their orders are not seen here.
link-nothing = This chat is not linked to anything.
mail-code-subject = Your code — { $shop }
mail-code-body = Hello!

    Your code: { $code }

    Type it in your chat with { $shop }. It is valid for ten minutes.
    If you did not ask for it there is nothing to do; do not tell it to anybody.
