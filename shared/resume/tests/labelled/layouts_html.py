"""Resumes as HTML: a page frame, a way to write an entry, a way to write skills and languages."""
from html import escape

SIDE = {'skills', 'languages', 'certificates', 'interests', 'references'}
AT = {'en': 'at', 'de': 'bei', 'fr': 'chez', 'es': 'en'}
IN = {'en': ' in ', 'de': ' ', 'fr': ' ', 'es': ' en '}
AND = {'en': ' and ', 'de': ' und ', 'fr': ' et ', 'es': ' y '}
PROSE = {
    'en': 'Confident with {}; I also use {} most weeks.',
    'de': 'Sicherer Umgang mit {}; außerdem Erfahrung mit {}.',
    'fr': 'Bonne maîtrise de {} ; pratique régulière de {}.',
    'es': 'Dominio de {}; además uso {} a diario.',
}
BASE = '''* { box-sizing: border-box } body { font: %(size)spt/1.36 %(font)s; margin: 0; color: #222 } a { color: inherit }
h1 { margin: 0; font-size: 2.1em } h2 { font-size: 1.22em; margin: 1em 0 .35em } h3 { margin: 0; font-size: 1em }
p { margin: .12em 0 } ul { margin: .2em 0 .3em; padding-left: 1.25em } td { padding: .05em .7em .05em 0; vertical-align: top }
.entry { margin-bottom: .55em; break-inside: avoid; width: 100%% } .row { display: flex; justify-content: space-between }
.left { width: 8.6em; color: #444 } .tag { border: 1px solid #aaa; padding: 0 .5em; display: inline-block }
.bar { background: #ddd } .bar div { background: %(accent)s; height: 5px }'''
FRAMES = {
    'single': 'h2 { color: %(accent)s; border-bottom: 1.5px solid %(accent)s }',
    'center': 'h1, h2, .contact { text-align: center } h2 { font-variant: small-caps; border: solid #888; border-width: 1px 0 }',
    'bars': 'h2 { background: %(accent)s; color: #fff; padding: .2em .5em; font-size: 1em }',
    'timeline': '.entry { border-left: 3px solid %(accent)s; padding-left: 1em } header { display: flex; justify-content: space-between }',
    'lebenslauf': '.photo { float: right; width: 32mm; height: 41mm; border: 1px solid #666 } h2 { clear: both; background: #eee }',
    'footer': 'h2 { border-left: 5px solid #999; padding-left: .4em }',
    'newspaper': '.columns { columns: 2; column-gap: 9mm } h1, .contact { text-align: center }',
    'headleft': 'section { display: grid; grid-template-columns: 30%% 70%%; border-top: 1px solid #999 } h2 { font-weight: normal }',
    'band': 'header { background: %(accent)s; color: #fff; padding: 10mm 14mm } .two { display: flex; gap: 8mm; padding: 4mm 14mm }'
            ' .two > div { width: 60%% } .two > div + div { width: 40%% }',
    'sidebar': '.two { display: grid; grid-template-columns: %(grid)s; min-height: 297mm } .side { background: %(accent)s; color: #fff;'
               ' padding: 9mm 6mm; overflow-wrap: anywhere } .main { padding: 9mm } h2 { border-bottom: 1px solid currentColor }',
}


def bullets(items):
    return '<ul>' + ''.join(f'<li>{escape(item)}</li>' for item in items) + '</ul>' if items else ''


def entry(style, lang, date, title, company, place, items):
    """One position or one course; `style` says where the date and the company stand."""
    date, title, company, place = map(escape, (date, title, company, place))
    comma = f', {place}' if place else ''
    body = bullets(items)
    if style == 'title-right':
        head = f'<div class="row"><b>{title}</b><span>{date}</span></div><div>{company}{comma}</div>'
    elif style == 'comp-right':
        head = f'<div class="row"><b>{company}</b><span>{place}</span></div><div class="row"><i>{title}</i><span>{date}</span></div>'
    elif style in ('left', 'left-comp'):
        first, second = (title, company) if style == 'left' else (company, title)
        return f'<table class="entry"><tr><td class="left">{date}</td><td><b>{first}</b><br>{second}{comma}{body}</td></tr></table>'
    elif style == 'oneline':
        head = f'<p><b>{title}</b>, {company}{comma}{f" ({date})" if date else ""}</p>'
    elif style == 'at':
        head = f'<p><b>{title}</b> {AT[lang]} <b>{company}</b>{f" — {date}" if date else ""}</p>'
    elif style == 'date-first':
        head = f'<p>{date}</p><p><b>{title}</b></p><p>{company}{f" · {place}" if place else ""}</p>'
    elif style == 'date-colon':
        head = f'<p>{f"{date}: " if date else ""}{title}, {company}{comma}</p>'
    elif style == 'comp-below':
        head = f'<h3>{company}{comma}</h3><p>{title}</p><p>{date}</p>'
    else:
        raise KeyError(style)
    return f'<div class="entry">{head}{body}</div>'


def grouped(jobs):
    """An employer once, its positions below it."""
    out = ''
    for number, job in enumerate(jobs):
        if number == 0 or job['company'] != jobs[number - 1]['company']:
            out += f'<h3>{escape(job["company"])}{", " + escape(job["place"]) if job["place"] else ""}</h3>'
        out += f'<div class="row"><i>{escape(job["title"])}</i><span>{escape(job["date"])}</span></div>{bullets(job["items"])}'
    return out


def listed(lang, words):
    return words[0] if len(words) == 1 else ', '.join(words[:-1]) + AND[lang] + words[-1]


def prose(lang, words):
    half = max(1, len(words) // 2)
    return PROSE[lang].format(listed(lang, words[:half]), listed(lang, words[half:] or words[:1]))


def skills(lang, style, name, words, levels):
    safe = [escape(word) for word in words]
    if style == 'bullets':
        return bullets(words)
    if style == 'tags':
        return ' '.join(f'<span class="tag">{word}</span>' for word in safe)
    if style == 'bars':
        return ''.join(f'<div>{word}</div><div class="bar"><div style="width:{level * 20}%"></div></div>' for word, level in zip(safe, levels))
    if style == 'dots':
        return '<table>' + ''.join(f'<tr><td>{word}</td><td>{"●" * level}{"○" * (5 - level)}</td></tr>' for word, level in zip(safe, levels)) + '</table>'
    if style == 'table':
        rows = (safe[start:start + 3] for start in range(0, len(safe), 3))
        return '<table>' + ''.join('<tr>' + ''.join(f'<td>{word}</td>' for word in row) + '</tr>' for row in rows) + '</table>'
    if style == 'prose':
        return f'<p>{escape(prose(lang, words))}</p>'
    return f'<p>{f"<b>{name}:</b> " if name else ""}{ {"pipe": " | ", "mid": " · "}.get(style, ", ").join(safe) }</p>'


def languages(style, items):
    if style in ('table', 'dots'):
        return '<table>' + ''.join(f'<tr><td>{escape(name)}</td><td>{level}</td></tr>' for name, level in items) + '</table>'
    if style in ('dash', 'colon'):
        return bullets([f'{name}{" – " if style == "dash" else ": "}{level}' for name, level in items])
    return '<p>' + ', '.join(f'{escape(name)} ({level})' for name, level in items) + '</p>'


def study(lang, course):
    return course['degree'] + (IN[lang] + course['area'] if course['area'] else '')


def section(shown, part, layout):
    lang, kind, style = shown['lang'], part['kind'], layout['entry']
    if kind == 'work' and style == 'grouped':
        body = grouped(shown['jobs'])
    elif kind == 'work':
        body = ''.join(entry(style, lang, job['date'], job['title'], job['company'], job['place'], job['items']) for job in shown['jobs'])
    elif kind == 'education':
        style = {'at': 'oneline', 'grouped': 'title-right'}.get(style, style)
        body = ''.join(entry(style, lang, c['date'], study(lang, c), c['school'], c['place'], [c['grade']] if c['grade'] else []) for c in shown['courses'])
    elif kind == 'skills':
        body = ''.join(skills(lang, part['style'], name, words, levels) for name, words, levels in part['groups'])
    elif kind == 'languages':
        body = languages(part['style'], part['items'])
    else:
        body = f'<p>{escape(part["text"])}</p>' if 'text' in part else bullets(part['items'])
    head = '' if kind in layout['nohead'] else f'<h2>{escape(part["head"])}</h2>'
    return f'<section>{head}<div>{body}</div></section>'


def contact(shown, separator):
    parts = [(f'{c["label"]}: ' if c['label'] else '') + escape(c['text']).replace('\n', '<br>') for c in shown['contacts']]
    if separator == 'lines':
        return '<div class="contact">' + ''.join(f'<div>{part}</div>' for part in parts) + '</div>'
    return f'<p class="contact">{separator.join(parts)}</p>'


def page(shown, layout):
    """The whole document; everything it writes comes from `shown`."""
    frame = layout['frame']
    look = {**layout, 'grid': '68% 32%' if layout.get('side') == 'right' else '31% 69%'}
    css = (BASE + FRAMES[frame]) % look + ('h2 { letter-spacing: .2em }' if layout['spaced'] else '')
    margin = '0' if frame in ('sidebar', 'band') else '16mm 17mm'
    parts = {part['kind']: section(shown, part, layout) for part in shown['sections']}
    main = ''.join(text for kind, text in parts.items() if kind not in SIDE)
    side = ''.join(text for kind, text in parts.items() if kind in SIDE)
    personal = '<table>' + ''.join(f'<tr><td>{escape(a)}</td><td>{escape(b)}</td></tr>' for a, b in shown['personal']) + '</table>'
    name = f'<h1>{escape(shown["name"])}</h1>' + (f'<div>{escape(shown["label"])}</div>' if shown['label'] else '')
    title = f'<p>{escape(shown["title"])}</p>' if shown['title'] else ''
    lines = contact(shown, layout['contact'])
    if frame == 'sidebar':
        columns = [f'<div class="side">{lines}{personal}{side}</div>', f'<div class="main">{name}{main}</div>']
        body = '<div class="two">' + ''.join(columns if layout.get('side') != 'right' else columns[::-1]) + '</div>'
    elif frame == 'band':
        body = f'<header>{name}{lines}</header><div class="two"><div>{main}</div><div>{personal}{side}</div></div>'
    elif frame == 'footer':
        text = ' · '.join(c['text'].replace('\n', ', ') for c in shown['contacts'])
        css += f' @page {{ @bottom-center {{ content: "{text}"; font-size: 8pt }} @bottom-right {{ content: counter(page) }} }}'
        margin, body = '18mm 17mm 26mm', title + name + personal + ''.join(parts.values())
    else:
        flow = ''.join(parts.values())
        flow = f'<div class="columns">{flow}</div>' if frame == 'newspaper' else flow
        photo = '<div class="photo"></div>' if frame == 'lebenslauf' else ''
        header = f'<header><div>{name}</div>{lines}</header>' if frame == 'timeline' else name + lines
        body = photo + title + header + personal + flow
    return (f'<!doctype html><html lang="{shown["lang"]}"><head><meta charset="utf-8"><title>{escape(shown["name"])}</title>'
            f'<style>@page {{ size: A4; margin: {margin} }} {css}</style></head><body>{body}</body></html>')
