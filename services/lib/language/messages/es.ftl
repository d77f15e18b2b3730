# Lo que Torg escribe a los compradores. Los argumentos se explican en en.ftl.

greeting = ¡Hola! ¿En qué le puedo ayudar? Pregunte por cualquier artículo: si lo hay y cuánto cuesta.
greeting-prefix = ¡Hola!
thanks = ¡De nada! Si tiene alguna pregunta, escríbame.

stock-price = «{ $name }» cuesta { $price }, { $availability }.
stock-available = Sí, «{ $name }» está disponible: { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
}. El precio es { $price }.
stock-available-some = Sí, «{ $name }» está disponible. El precio es { $price }.
stock-last-one = Sí, «{ $name }» está disponible, queda la última unidad. El precio es { $price }.
stock-on-order = «{ $name }» no está disponible ahora, pero se puede encargar. El precio es { $price }.
stock-sold-out = Lo siento, no quedan unidades de «{ $name }».
stock-sold-out-with-alternative = Lo siento, no quedan unidades de «{ $name }». Tenemos «{ $alternative }» — { $price }, { $availability }.
stock-which = ¿Qué artículo le interesa? Escriba el nombre.

stock-list-intro = { $count ->
    [one] He encontrado { $count } artículo:
   *[other] He encontrado { $count } artículos:
}
stock-list-intro-more = Hay { $count } artículos, estos son los primeros { $shown }:
stock-other-variants = Justo ese no lo tenemos. Estos se parecen:
stock-list-item = { $number }. { $name } — { $price }, { $availability }
stock-list-outro = ¿Cuál le interesa? Escriba el número.

availability-in-stock = { $quantity ->
    [one] { $quantity } unidad disponible
   *[other] { $quantity } unidades disponibles
}
availability-some = disponible
availability-on-order = por encargo
availability-sold-out = sin existencias

handoff-notice = He pasado su pregunta al vendedor{ $answers }
handoff-rest-notice = He pasado el resto al vendedor{ $answers }
handoff-complaint-notice = Siento lo ocurrido. He pasado su mensaje al vendedor{ $answers }
unreadable-notice = No puedo abrir esto, se lo he pasado al vendedor{ $answers }

# Cuándo responderá el vendedor
answers-here = {","} le responderá aquí.
answers-soon = {","} le responderá aquí pronto.
answers-away = {"."} Ahora no hay nadie; el vendedor le responderá { $when }.
answers-away-someday = {"."} Ahora no hay nadie; el vendedor le responderá cuando vuelva.
handoff-again = También se lo he pasado, el vendedor lo verá.
waiting-still = El vendedor aún no ha llegado; le responderá { $when }.
waiting-still-free = El vendedor aún no ha llegado; le responderá en cuanto pueda.
when-today = hoy a las { $time }
when-tomorrow = mañana a las { $time }
when-weekday = el { $weekday ->
    [monday] lunes
    [tuesday] martes
    [wednesday] miércoles
    [thursday] jueves
    [friday] viernes
    [saturday] sábado
   *[sunday] domingo
} a las { $time }
when-date = el { $date } de { $month ->
    [january] enero
    [february] febrero
    [march] marzo
    [april] abril
    [may] mayo
    [june] junio
    [july] julio
    [august] agosto
    [september] septiembre
    [october] octubre
    [november] noviembre
   *[december] diciembre
} a las { $time }

# Catalog
ask-same-product = ¿Se refiere a «{ $name }»?
ask-last-time = Lo mismo de la última vez: ¿se refiere a «{ $name }»? Ahora { $price }, { $availability }.
last-time-unknown = No encuentro en nuestro chat qué fue la última vez. ¿Qué artículo le interesa?
catalog-what = ¿Qué busca o para qué lo necesita? Le buscaré algo.
catalog-list-intro = Esto le puede servir:
catalog-one = Le puede servir «{ $name }» — { $price }, { $availability }.
catalog-about = «{ $name }» — { $price }, { $availability }. { $description }
catalog-quote = «{ $name }». La descripción dice: «{ $quote }».
catalog-named = Es «{ $name }».

# Questions
ask-meaning = ¿Se refiere a { $first } o a { $second }?
ask-product = ¿Qué producto le interesa? Escriba el nombre, por favor.
ask-purpose = Soy el asistente de la tienda: le ayudo con productos, precios y envíos. ¿Qué le interesa?
subject-stock = la disponibilidad
subject-delivery = el envío
subject-price = un descuento
subject-search = la elección del producto
subject-product = los detalles del producto
subject-cart = su carrito
subject-order = la compra
subject-status = su pedido
handoff-part-notice = He pasado al vendedor su pregunta sobre { $what }{ $answers }

# Delivery
delivery-intro = Envío:
delivery-intro-days = Plazo de envío:
delivery-line = { $place } — { $cost }, { $days }
delivery-line-days-first = { $place } — { $days }, { $cost }
delivery-line-no-days = { $place } — { $cost }
delivery-free = gratis
delivery-free-from = El envío es gratis en pedidos desde { $price }.
delivery-free-from-to = El envío es gratis en pedidos desde { $price } a: { $places }.
delivery-pickup = Sí, puede recogerlo en persona — { $cost }: { $terms }.
delivery-pickup-no-terms = Sí, puede recogerlo en persona — { $cost }.
delivery-where = ¿A qué ciudad se lo enviamos?
delivery-no-terms = { $places } — no tengo las condiciones de envío, pero puedo preguntar al vendedor.
delivery-unknown-place = No he reconocido uno de los lugares: ¿cuál es la ciudad grande más cercana?

# General
general-who = Soy un bot, el asistente de la tienda: respondo preguntas sobre artículos y pedidos. Si lo prefiere, aviso al vendedor.
general-how-it-goes = ¡Todo bien, gracias! Soy el asistente de la tienda y respondo preguntas sobre artículos y pedidos. Si lo prefiere, aviso al vendedor.
general-address = Nuestra dirección: { $address }.
general-days-and-hours = Abrimos { $days }, { $hours }.
general-days = Abrimos { $days }.
general-hours = Abrimos { $hours }.
general-phone = Nuestro teléfono: { $phone }.
general-seller-says = El vendedor responde: «{ $answer }»

# Pricing
pricing-offer = Puedo dejarle «{ $name }» en { $price }{ $terms }. { $holds }
pricing-lowest = Puedo dejarle «{ $name }» en { $price }{ $terms }: es el mejor precio posible. { $holds }
pricing-accepted = De acuerdo: «{ $name }» por { $price }{ $terms }. { $holds }
pricing-renewed = Puedo ofrecerle de nuevo «{ $name }» por { $price }{ $terms }: es el mejor precio posible. { $holds }
pricing-agreed = Claro: «{ $name }» — { $price }{ $terms }.
pricing-last = Lo siento, no puedo bajar de { $price }{ $terms }: es el mejor precio de «{ $name }».
pricing-fixed = El precio de «{ $name }» es fijo: { $price }. Lo siento, no puedo bajarlo.
pricing-yours = «{ $name }» para usted: { $price } en lugar de { $full }{ $terms }, { $availability }.
pricing-pieces = «{ $name }»: { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
} a { $price } cada una, { $total } en total, { $availability }.
pricing-break = { $from ->
    [one] Desde { $from } unidad
   *[other] Desde { $from } unidades
}, { $percent }% de descuento.
pricing-terms = {" "}(cada una, a partir de { $quantity ->
    [one] { $quantity } unidad
   *[other] { $quantity } unidades
})
pricing-holds = La oferta es válida durante { $hours ->
    [one] { $hours } hora
   *[other] { $hours } horas
}.

# La mesa del vendedor: tarjetas y respuestas en Telegram
desk-buyer = Comprador
desk-channel-avito = Avito
desk-channel-telegram = Telegram
desk-channel-web = chat web
desk-side-buyer = Comprador
desk-side-bot = Bot
desk-side-seller = Vendedor
desk-unreadable = (una foto, una nota de voz o un archivo)
desk-why = Por qué pregunto: { $why }
desk-reason-low-confidence = no estoy seguro de haber entendido
desk-reason-no-specialist = a eso no sé responder
desk-reason-bundle = varias condiciones a la vez, decide usted
desk-reason-ambiguous = no está claro de qué se trata
desk-reason-human = pide hablar con una persona
desk-reason-complaint = se queja
desk-reason-cannot-answer = en la tabla no está la respuesta
desk-reason-guard = mi respuesta no pasó la comprobación de datos
desk-reason-unreadable = envió algo que no puedo abrir
desk-reason-uncertain = no se sabe si llegó mi última respuesta
desk-reason-failed = mi respuesta no fue aceptada
desk-reason-budget = se agotó el límite de hoy en este chat
desk-reason-paused = el bot está en pausa
desk-reason-approval = el pedido necesita su visto bueno
desk-reason-hold-out = un experimento: en este chat solo responde usted
desk-product = Producto: «{ $name }», { $price }, { $stock }
desk-stock = quedan { $count }
desk-stock-some = en existencia
desk-stock-on-order = por encargo
desk-draft = Yo diría: «{ $text }»
desk-how-to-reply = Para responder al comprador, responda a este mensaje.
desk-taken = El chat lo lleva { $who }
desk-by = { $what } — { $who }
desk-settled-draft = Se envió la respuesta del bot
desk-settled-answered = Respondido
desk-settled-outside = Respondido en la aplicación
desk-settled-given-back = Devuelto al bot
desk-settled-closed = Cerrado
desk-settled-muted = El comprador está silenciado
desk-settled-superseded = Hay una tarjeta más nueva
desk-settled-order-approved = Pedido aprobado
desk-settled-order-by-rule = Pedido aprobado por la regla de la tienda: no hay nada que decidir
desk-settled-order-rejected = Pedido rechazado
desk-settled-order-cancelled = Pedido cancelado
desk-settled-order-expired = Nadie lo aprobó a tiempo
desk-judged-needed = Hice bien en preguntar
desk-judged-needless = No hacía falta preguntar
desk-digest = { $count ->
    [0] Nadie espera, hay pedidos nuevos
    [one] Espera { $count } chat
   *[other] Esperan { $count } chats
}
desk-digest-how = Pulse un número para ver su tarjeta.
desk-reminder = { $minutes ->
    [one] El comprador lleva { $minutes } minuto esperando
   *[other] El comprador lleva { $minutes } minutos esperando
}
desk-undelivered-uncertain = No se sabe si su respuesta llegó al comprador. Revise el chat.
desk-undelivered-refused = Su respuesta no llegó: no fue aceptada. Escriba usted al comprador.
desk-button-send = ✅ Enviar
desk-button-edit = ✏️ Cambiar
desk-button-take = 🙋 Tomo el chat
desk-button-take-away = 🙋 Pasármelo a mí
desk-button-give-back = ↩️ Al bot
desk-button-close = ✔️ Cerrar
desk-button-snooze = ⏰ En 30 minutos
desk-button-mute = 🔕 Silenciar
desk-button-unmute = 🔔 Volver a oír
desk-button-needed = 👍 Hizo bien
desk-button-needless = 👎 No hacía falta
desk-button-avito = Abrir en Avito
desk-already = Ya está resuelto: { $what }
desk-forgotten = Esta tarjeta ya no vale.
desk-taken-by = El chat ya lo lleva { $who }.
desk-answers-already = Ya responde { $who }. Para escribir usted, tome el chat.
desk-answers-in-app = Ya respondieron en la aplicación. Para escribir desde aquí, devuelva el chat al bot y tómelo.
desk-no-draft = No hay respuesta preparada: escriba la suya.
desk-buyer-wrote = El comprador volvió a escribir. Mire la tarjeta y pulse otra vez.
desk-already-so = Ya está así.
desk-no-words = No hay palabras que enviar.
desk-no-chat = No conozco este chat.
desk-not-a-seller = No tiene acceso a esta tienda.
desk-stranger = Este bot es para los vendedores de una tienda. Para entrar, pida un código al dueño.
desk-code-good = Listo, es vendedor de esta tienda. Aquí llegarán las tarjetas; /help dice qué sé hacer.
desk-code-unknown = No existe ese código o ya se usó. Pida uno nuevo.
desk-code-expired = El código caducó: vale 10 minutos. Pida uno nuevo.
desk-code-too-many = Demasiados intentos. Espere 10 minutos.
desk-help = Cuando haga falta una persona, enviaré una tarjeta. Responda a ella y sus palabras irán al comprador.
    /status — cómo va todo
    /hours — horario
    /console — un código para entrar en la consola
    /pause — el bot calla, todas las preguntas son para usted
    /stop — nada sale hacia los compradores
    /resume — el bot vuelve a trabajar
    Un pedido llega como tarjeta: apruébelo, cámbielo o rechácelo con un botón. También puede cambiarlo respondiendo a la tarjeta: «1: 2 uds a 1900, envío 300».
    Una vez aprobado, la tarjeta muestra su factura, qué pasó con la carta y botones: pagado, enviado, recibido, devuelto. Lo que aprueba la regla de la tienda llega decidido.
desk-console-code = Código para la consola: { $code }
    Vale 5 minutos y una sola vez. Escríbalo en la página de entrada y no lo comparta con nadie.
desk-what = Para escribir a un comprador, responda a su tarjeta. /help dice qué sé hacer.
desk-which = Aquí hay varios chats. Pulse un número y responda a su tarjeta.
desk-prompt = Responda a este mensaje con las palabras para el comprador. Yo escribiría: «{ $text }»
desk-prompt-placeholder = Respuesta al comprador
desk-done-draft = Enviando
desk-done-prompt = Espero su texto
desk-done-taken = El chat es suyo, el bot calla
desk-done-given-back = El bot sigue
desk-done-closed = Cerrado
desk-done-snoozed = Se lo recordaré en 30 minutos
desk-done-muted = El comprador está silenciado
desk-done-unmuted = El bot vuelve a oírlo
desk-done-judged = Gracias, anotado
desk-done-shown = Aquí está
desk-done-reply = Lo envío al comprador.
desk-done-paused = En pausa: el bot no responde, todas las preguntas le llegan a usted. /resume para seguir.
desk-done-stopped = Parado: nada sale hacia los compradores, ni sus respuestas. /resume para seguir.
desk-done-resumed = El bot vuelve a trabajar.
desk-hours-in-sheet = El horario está en la tabla, en la pestaña de ajustes: { $hours }. Cámbielo allí.
desk-hours-are = Horario: { $hours }
desk-hours-none = No hay horario: supongo que siempre hay alguien. Escriba, por ejemplo: /hours Mon-Fri 10-19, Sat 11-16
desk-hours-wrong = No entiendo este horario: { $problem }
desk-status-works = El bot trabaja.
desk-status-paused = El bot está en pausa: todas las preguntas le llegan a usted. /resume para seguir.
desk-status-stopped = Parado: nada sale hacia los compradores. /resume para seguir.
desk-status-waiting = { $count ->
    [0] Nadie espera.
    [one] Espera { $count } chat.
   *[other] Esperan { $count } chats.
}
desk-status-no-hours = No hay horario.
desk-status-open = Es horario de atención.
desk-status-closed = A esta hora no hay nadie: las tarjetas llegan sin sonido.
desk-status-shut = No se puede enviar: { $what }

# Setting a shop up from the desk: Avito's keys, the link of a sheet. Texts: $name, $account, $expected, $actual, $shop,
# $problem, $what, $tab, $at, $reason. Counts: $rows, $count.
desk-setup-removed = He quitado de este chat su mensaje con las claves.
desk-setup-not-removed = No pude quitar de este chat su mensaje con las claves: bórrelo usted, por favor.
desk-setup-half = Solo veo la mitad de las claves. Envíe Client_id y Client_secret en un solo mensaje, como están en la página API de su cuenta de Avito.
desk-setup-keys-gone = Ya comprobé estas claves y no las guardo. /status muestra lo que está conectado; si la cuenta no está, envíe las claves otra vez.
desk-setup-keys-refused = Avito no acepta estas claves. Copie otra vez Client_id y Client_secret de la página API, enteras, y envíelas en un solo mensaje. Si se emitieron claves nuevas, las anteriores ya no sirven.
desk-setup-foreign = Estas claves son de la cuenta { $actual }, y usted escribió { $expected }. Entre en la cuenta correcta y copie las claves allí.
desk-setup-elsewhere = Esta cuenta de Avito ya está conectada aquí a otra tienda. Primero hay que desconectarla allí.
desk-setup-no-messenger = Las claves son correctas, pero Avito no me deja entrar con ellas en los chats de la cuenta. Por lo general, la tarifa no incluye la API de mensajes: hace falta «Максимальный»; en servicios basta «Расширенный». Compruebe también que la tarifa esté pagada y que las claves sean de la cuenta principal, no de un empleado. Después envíe las claves otra vez.
desk-setup-avito-odd = Avito respondió algo que no entiendo. Envíe las claves otra vez dentro de una hora; si no ayuda, que quien lleva el servidor mire el registro.
desk-setup-avito-away = Avito no responde ahora. He guardado las claves y las comprobaré yo mismo; no hace falta enviarlas otra vez.
desk-setup-avito-given-up = Avito no respondió en todo un día. No comprobé las claves y aquí las borré. Envíelas otra vez, por favor.
desk-setup-file-refused = Lo que envió es correcto, pero así no se puede cambiar el archivo de la tienda: { $problem }. Páselo a quien lleva el servidor, por favor.
desk-setup-connected = La cuenta de Avito «{ $name }» ({ $account }) está conectada.
desk-setup-webhook-done = Lo que escriban allí los compradores lo veré al momento.
desk-setup-webhook-step = Falta un paso, en el servidor: torg shop connect { $shop } --url y la dirección pública, por ejemplo --url https://torg.example.org. Hasta entonces no veo lo que escriben los compradores.
desk-setup-webhook-other = Pero los mensajes de esta cuenta los recibe ahora otro programa, y Avito los envía a uno solo. Si ya no hace falta, en el servidor: torg shop connect { $shop } --takeover. Hasta entonces no veo lo que escriben los compradores.
desk-setup-webhook-failed = Pero Avito todavía no aceptó nuestra dirección. En el servidor: torg shop connect { $shop } dirá por qué. Hasta entonces no veo lo que escriben los compradores.
desk-setup-sheet-named = La tabla se abre; tomo los artículos de ella. Mire /status dentro de un minuto: dirá cuántas filas entendí.
desk-setup-sheet-same = Es la tabla que ya leo. /status dice cuándo fue la última vez.
desk-setup-sheet-empty = La tabla se abre, pero esta hoja está vacía. Abra la hoja de los artículos y envíe su enlace.
desk-setup-sheet-not-shared = La tabla está cerrada. En Hojas de cálculo de Google: «Compartir» → «Cualquier persona con el enlace» → «Lector». Después envíe el enlace otra vez.
desk-setup-sheet-missing = No existe esa tabla o esa hoja. Abra la hoja de los artículos y copie el enlace entero de la barra de direcciones.
desk-setup-sheet-other = Este enlace no es una hoja de cálculo de Google. Si es un archivo de Excel, ábralo y elija «Archivo» → «Guardar como Hojas de cálculo de Google», y envíe ese enlace.
desk-setup-sheet-large = La hoja es demasiado grande. Deje en ella solo los artículos.
desk-setup-sheet-away = Google no responde ahora. Recuerdo el enlace y lo comprobaré yo mismo.
desk-setup-sheet-given-up = Google no respondió en todo un día y no comprobé la tabla. Envíe el enlace otra vez, por favor.
desk-setup-status-channel = Conectado: { $what }
desk-setup-status-no-sheet = La tabla aún no se ha leído nunca.
desk-setup-status-tab = { $rows ->
    [one] Tabla, { $tab }: { $rows } fila, leída { $at }.
   *[other] Tabla, { $tab }: { $rows } filas, leídas { $at }.
}
desk-setup-status-problems = { $count ->
    [one] { $count } fila no la entendí.
   *[other] { $count } filas no las entendí.
}
desk-setup-status-refused = Tabla, { $tab }: no tomé la versión nueva, vale la anterior. { $reason }

# Orders at the desk. Texts and counts as in en.ftl.
desk-order-title = Pedido { $order } por { $total }
desk-order-digest = pedido { $order } por { $total }
desk-order-name = Destinatario: { $name }
desk-order-contact = Contacto: { $contact }
desk-order-line = { $number }. { $name } — { $pieces } uds. × { $price } = { $sum }
desk-order-line-was = antes { $pieces } uds. × { $price }
desk-order-line-list = en la tabla { $price }
desk-order-line-gone = Quitado: { $name } — { $pieces } uds. × { $price }
desk-order-line-more = … y más líneas: { $count }
desk-order-stock = tras este pedido quedan { $count }
desk-order-stock-some = hay en la tabla, sin cantidad
desk-order-stock-on-order = «por encargo» en la tabla
desk-order-stock-gone = ya no está en la tabla
desk-order-pickup = Recogida
desk-order-delivery = Envío: { $place } — { $price }
desk-order-delivery-days = días: { $days }
desk-order-address = Dirección: { $address }
desk-order-was = antes { $price }
desk-order-total = Total: { $total }
desk-order-discount = Descuento sobre la tabla: { $amount } ({ $percent } %)
desk-order-first = Primer pedido del comprador
desk-order-history = Pedido número { $number } del comprador, el anterior el { $date } por { $total }
desk-order-until = Decida antes de: { $when }
desk-order-reserving = Cambiando el pedido, compruebo las existencias…
desk-order-short = No se pudo cambiar: { $name } — se piden { $wanted }, hay { $left }. El pedido sigue como estaba.
desk-order-reason = Motivo: { $reason }
desk-order-invoice = 🧾 Factura n.º { $number }
desk-order-invoice-waiting = 🧾 Factura n.º { $number }, su carta aún no ha salido
desk-order-invoice-mailed = 🧾 Factura n.º { $number }, su carta fue enviada
desk-order-invoice-refused = ⚠️ Factura n.º { $number }, su carta no salió y no saldrá ({ $reason })
desk-order-invoice-uncertain = ⚠️ Factura n.º { $number }, no se sabe si llegó su carta: pregunte al comprador ({ $reason })
desk-order-marked-paid = 💰 Pagado
desk-order-marked-shipped = 🚚 Enviado
desk-order-marked-tracking = 🚚 Enviado, número { $tracking }
desk-order-marked-delivered = 📦 Recibido por el comprador
desk-order-marked-returned = ↩️ Devuelto
desk-order-how = Para cambiarlo, responda a este mensaje, por ejemplo: «1: 2 uds a 1900, envío 300».
desk-order-button-approve = ✅ Aprobar
desk-order-button-amend = ✏️ Cambiar
desk-order-button-reject = ❌ Rechazar
desk-order-button-write = 💬 Escribir
desk-order-button-paid = 💰 Pagado
desk-order-button-shipped = 🚚 Enviado
desk-order-button-delivered = 📦 Recibido
desk-order-button-returned = ↩️ Devuelto
desk-order-prompt-amend = ¿Qué se cambia en el pedido { $order }? Responda a este mensaje: «2 uds», «precio 2000», «1: 3 uds a 1900», «envío 300», «quitar 2». Varios cambios, separados por comas.
desk-order-prompt-amend-short = 1: 2 uds a 1900
desk-order-prompt-reject = ¿Por qué se rechaza el pedido { $order }? Responda a este mensaje: el comprador verá el motivo. O escriba «sin motivo».
desk-order-prompt-reject-short = Motivo para el comprador
desk-order-prompt-tracking = ¿Número de seguimiento del pedido { $order }? Responda a este mensaje: el comprador lo verá. O escriba «sin número».
desk-order-prompt-tracking-short = Número de seguimiento
desk-order-prompt-write = ¿Qué le decimos al comprador del pedido { $order }? Responda a este mensaje. El chat será suyo, el bot se calla.
desk-order-done-approved = Aprobado, aviso al comprador
desk-order-done-amended = Lo cambio. En cuanto compruebe las existencias, la tarjeta cambiará; entonces apruébelo.
desk-order-done-rejected = Rechazado, aviso al comprador
desk-order-done-marked = Anotado, aviso al comprador
desk-order-done-prompt = Espero su respuesta
desk-order-too-late = Demasiado tarde: nadie decidió a tiempo, el pedido se cancela.
desk-order-changed = El pedido ha cambiado. Mire la tarjeta y decida de nuevo.
desk-order-reserving-now = El pedido acaba de cambiar, compruebo las existencias. Repita en unos segundos.
desk-order-dearer = Así es más caro de lo que aceptó el comprador: { $agreed } con el envío. Sin su consentimiento no se puede: escríbale.
desk-order-not-approved = Primero hay que aprobar el pedido.
desk-order-tracking-odd = Eso no parece un número de seguimiento. Envíe solo el número, o «sin número».
desk-order-amend-unclear = No entiendo «{ $text }». Escriba así: «2 uds», «precio 2000», «1: 3 uds a 1900», «envío 300», «quitar 2». Para escribir al comprador, pulse «Escribir».
desk-order-amend-which = El pedido tiene varias líneas: empiece por el número, por ejemplo «1: 2 uds».
desk-order-amend-no-line = El pedido no tiene línea { $number }.
desk-order-amend-empty = Así no quedaría nada en el pedido. Para decir que no, pulse «Rechazar».
desk-order-amend-pickup = Es recogida: el pedido no tiene envío.
desk-order-amend-too-much = Esa suma no se puede calcular: revise cantidad y precio.
desk-order-reminder = { $minutes ->
    [one] El pedido { $order } espera desde hace { $minutes } minuto
   *[other] El pedido { $order } espera desde hace { $minutes } minutos
}
desk-order-status-waiting = { $count ->
    [one] { $count } pedido espera su decisión.
   *[other] { $count } pedidos esperan su decisión.
}

# Orders: what the buyer is told without having asked.
order-news-approved = El pedido { $order } está confirmado. A pagar: { $total }.
order-news-changed = El vendedor ha cambiado el pedido { $order }. Ahora es:
order-news-line = { $name } — { $pieces } uds. a { $price }
order-news-approved-again = El pedido { $order } está confirmado.
order-news-rejected = Lo siento, el vendedor no puede atender el pedido { $order }.
order-news-rejected-because = Lo siento, el vendedor no puede atender el pedido { $order }: { $reason }
order-news-expired = El vendedor no confirmó a tiempo el pedido { $order } y queda cancelado. Si aún lo quiere, escríbame y lo tramito de nuevo.
order-news-invoiced = Factura n.º { $number } por { $total }, pedido { $order }.
order-news-paid = Hemos recibido el pago del pedido { $order }, ¡gracias!
order-news-shipped = El pedido { $order } ha sido enviado.
order-news-shipped-with = El pedido { $order } ha sido enviado, número de seguimiento: { $tracking }
order-news-delivered = El pedido { $order } ha sido entregado. ¡Gracias por su compra!
order-news-returned = La devolución del pedido { $order } ha sido aceptada.

# Invoices.
invoice-payment =
    Beneficiario: { $payee }, INN { $inn }
    Cuenta: { $account }
    Banco: { $bank }, BIK { $bik }, cuenta corr. { $correspondent }
    Importe: { $total }
    Concepto: Оплата по счёту № { $number } от { $day }
invoice-letter-subject = Factura n.º { $number } de { $shop }
invoice-letter-body =
    ¡Hola!

    Adjuntamos la factura n.º { $number } del pedido { $order } por { $total }.
    Puede pagarla con los datos bancarios o con el código QR.

    { $shop }
# The cart. Texts: $name, $what (the buyer's words), $availability. Counts: $quantity. Money: $price, $total.
cart-title = En su carrito:
cart-line = { $name } — { $quantity } × { $price } = { $total }
cart-total = Total: { $total }
cart-hint = ¿Hacemos el pedido?
cart-emptied = El carrito está vacío ahora.
cart-empty = Todavía no hay nada en el carrito.
cart-short = { $quantity ->
    [one] «{ $name }»: solo hay { $quantity } unidad, y está en el carrito.
   *[other] «{ $name }»: solo hay { $quantity } unidades, y están en el carrito.
}
cart-sold-out = Lo siento, «{ $name }» está agotado.
cart-instead = Parecidos que sí tenemos:
cart-article = { $name } — { $price }, { $availability }
cart-not-there = «{ $name }» no está en el carrito.
cart-unknown = No encuentro «{ $what }» en la tienda. Escriba el nombre o el código, por favor.
cart-gone = «{ $name }» ya no se vende.
cart-no-place = La lista no tiene ese número.
cart-too-many = Tantas unidades de «{ $name }» no caben en un pedido.
cart-repriced = El precio de «{ $name }» ha cambiado.
cart-which = ¿Cuál exactamente? Escriba el nombre o el número.
cart-choose = ¿Cuál exactamente?
cart-near = Exactamente ese no lo tenemos. ¿Quizás uno de estos?
cart-choose-outro = Escriba solo el número.
# Orders in the making and after: what is asked, shown and told. Texts: $name, $to, $cost, $days, $place, $who, $order,
# $until, $reason, $number, $tracking. Counts: $pieces, $left. Amounts: $price, $sum, $total.
order-empty = El carrito todavía está vacío. ¿Qué quiere comprar?
order-not-understood = No lo he entendido, se lo pregunto otra vez.
order-what-to-change = De acuerdo, todavía no lo tramito. ¿Qué cambiamos: los artículos, el envío, la dirección, el nombre o el contacto?
order-yes-or-no = ¿Tramito el pedido tal como aparece arriba? Responda «sí» o diga qué cambiar.
order-too-little = El pedido mínimo es de { $least } y en su carrito hay { $goods } por ahora. Añada, por favor, algo más por al menos { $missing }.
order-dropped = De acuerdo, no tramito el pedido. Los artículos siguen en el carrito.
order-dropped-empty = De acuerdo, no tramito nada.
order-ask-delivery-or-pickup = ¿A qué ciudad lo enviamos? ¿O lo recoge usted?
order-ask-delivery = ¿A qué ciudad lo enviamos?
order-ask-pickup = Puede recoger el pedido usted mismo. ¿Le parece bien? Si necesita envío, dígame la ciudad y pregunto al vendedor.
order-ask-address = Escriba la dirección: calle, número y piso, o un punto de recogida.
order-ask-name = ¿A nombre de quién hacemos el pedido?
order-ask-contact = Deje un teléfono o un correo electrónico: ahí enviaremos la factura.
order-price-changed = El precio ha cambiado: «{ $name }» cuesta ahora { $price }.
order-gone = «{ $name }» ya no está disponible.
order-fewer = { $left ->
    [one] «{ $name }»: solo queda { $left }.
   *[other] «{ $name }»: solo quedan { $left }.
}
order-too-many-open = Sus pedidos { $orders } aún esperan confirmación. En cuanto el vendedor responda, tramito también este; el carrito se guarda. También puede cancelar cualquiera de ellos.
order-nothing-left = Lo siento, ahora no queda nada que pedir.
order-alternatives = Esto es lo más parecido:
order-summary = Revise el pedido:
order-line = • { $name } — { $pieces } uds. a { $price } = { $sum }
order-line-one = • { $name } — { $pieces } ud., { $price }
order-as-last-time = Como la última vez:
order-delivery = Envío: { $to } — { $cost }
order-delivery-days = Envío: { $to } — { $cost }, plazo: { $days }
order-pickup = Recogida: { $place }
order-pickup-to-be-told = Recogida; el vendedor le dirá dónde y cuándo
order-recipient = Destinatario: { $who }
order-total = Total: { $total }
order-confirm = ¿Está todo bien? ¿Tramito el pedido?
order-placed = El pedido { $order } por { $total } está registrado. El vendedor lo confirmará y le escribiré enseguida.
order-placed-until = El pedido { $order } por { $total } está registrado. El vendedor lo confirmará y le escribiré enseguida, a más tardar { $until }.
order-accepted = El pedido { $order } está hecho. A pagar: { $total }.
order-declined = Lo siento: mientras lo tramitábamos, otra persona compró una parte.
order-cancel-confirm = ¿Cancelo el pedido { $order } por { $total }?
order-change-confirm = El pedido { $order } por { $total } ya lo tiene el vendedor. Para cambiarlo lo cancelo y devuelvo los artículos al carrito. ¿Lo cancelo?
order-kept = De acuerdo, el pedido { $order } sigue en pie.
order-cancelled = El pedido { $order } está cancelado.
order-cancelled-to-change = El pedido { $order } está cancelado y los artículos están de nuevo en el carrito:
order-status-reserving = Pedido { $order } por { $total }: estoy comprobando las existencias y reservando los artículos.
order-status-waits = El pedido { $order } por { $total } espera la confirmación del vendedor.
order-status-waits-until = El pedido { $order } por { $total } espera la confirmación del vendedor. Tendrá respuesta a más tardar { $until }.
order-status-declined = El pedido { $order } por { $total } no se hizo: no había suficientes existencias.
order-status-rejected = El vendedor no puede cumplir el pedido { $order } por { $total }.
order-status-rejected-because = El vendedor no puede cumplir el pedido { $order } por { $total }: { $reason }
order-status-expired = El pedido { $order } por { $total } está cancelado: el vendedor no lo confirmó a tiempo.
order-status-approved = El pedido { $order } por { $total } está confirmado, el vendedor lo está preparando.
order-status-invoiced = El pedido { $order } por { $total } está confirmado, con la factura n.º { $number }. Esperamos el pago.
order-status-paid = El pedido { $order } por { $total } está pagado, el vendedor lo está preparando.
order-status-shipped = El pedido { $order } por { $total } está enviado.
order-status-shipped-with = El pedido { $order } por { $total } está enviado, número de seguimiento: { $tracking }
order-status-delivered = El pedido { $order } por { $total } está entregado.
order-status-returned = El pedido { $order } por { $total } fue devuelto.
order-remind-delivery = Volviendo al pedido: ¿a qué ciudad lo enviamos? ¿O lo recoge usted?
order-remind-address = Volviendo al pedido: escriba la dirección, calle, número y piso, o un punto de recogida.
order-remind-name = Volviendo al pedido: ¿a nombre de quién lo hacemos?
order-remind-contact = Volviendo al pedido: deje un teléfono o un correo electrónico para la factura.
order-remind-confirm = Volviendo al pedido: ¿está todo bien, lo tramito?
order-remind-cancel = Volviendo al pedido: ¿lo cancelo?
link-ask-address = Para ver sus pedidos de otros chats necesito confirmar un correo: escriba la dirección y le enviaré un código.
link-code-sent = Envío a esa dirección un correo con un código. Escríbalo aquí; vale diez minutos.
link-too-often = Hoy ya he enviado bastantes correos con códigos. Inténtelo mañana, por favor.
link-code-wrong = Ese no es el código. Revise el correo y escríbalo otra vez. Intentos restantes: { $left }.
link-no-code = Ese código ya no vale. Escriba la dirección otra vez y le enviaré uno nuevo.
link-first = Gracias, el correo está confirmado. Confírmelo también en su otro chat con nosotros y sus pedidos se verán en ambos.
link-done = Gracias, el correo está confirmado. Ahora veo también sus pedidos de otros chats. Si cambia de idea, escriba «desvincule mi cuenta».
link-parted = Hecho: este chat ya no está vinculado con otros y sus pedidos no se ven aquí.
link-nothing = Este chat no está vinculado con nada.
mail-code-subject = Su código — { $shop }
mail-code-body = ¡Hola!

    Su código: { $code }

    Escríbalo en el chat con { $shop }. Vale diez minutos.
    Si no lo ha pedido, no tiene que hacer nada; no se lo diga a nadie.
