"""Resumes set by Typst."""
import json

import typst

from layouts_html import SIDE, prose, study


def say(text):
    """Text as a Typst string, so that no sign in it is markup."""
    return f'#{json.dumps(text, ensure_ascii=False)} '


def bullets(items):
    return '\n' + ''.join(f'- {say(item)}\n' for item in items)


def entry(style, date, title, company, place, items):
    where, body = say(company + (f', {place}' if place else '')), bullets(items)
    if style == 'grid':
        return f'#grid(columns: (31mm, 1fr), column-gutter: 4mm, [{say(date)}], [*{say(title)}* \\ {where}\n{body}])\n'
    if style == 'right':
        return f'*{say(title)}* #h(1fr) {say(date)} \\ #emph[{where}]\n{body}\n'
    return f'{say(date)} #h(2mm) *{say(title)}*, {where}\n{body}\n'


def section(shown, part, layout):
    """Heading and body of one section."""
    kind, style = part['kind'], layout['entry']
    if kind == 'work':
        body = ''.join(entry(style, j['date'], j['title'], j['company'], j['place'], j['items']) for j in shown['jobs'])
    elif kind == 'education':
        body = ''.join(entry(style, c['date'], study(shown['lang'], c), c['school'], c['place'], [c['grade']] if c['grade'] else []) for c in shown['courses'])
    elif kind == 'skills':
        body = ''
        for name, words, _ in part['groups']:
            text = prose(shown['lang'], words) if part['style'] == 'prose' else ', '.join(words)
            body += (f'*{say(name + ":")}* ' if name else '') + say(text) + '\n\n'
    elif kind == 'languages':
        rows = ', '.join(f'[{say(name)}], [{say(level)}]' for name, level in part['items'])
        body = f'#grid(columns: (1fr, auto), row-gutter: 4pt, {rows})\n'
    else:
        body = say(part['text']) if 'text' in part else bullets(part['items'])
    return f'= {say(part["head"])}\n', body + '\n'


def write(shown, layout, path):
    accent = layout['accent']
    parts = [(part['kind'], *section(shown, part, layout)) for part in shown['sections']]
    contact = [(f'{c["label"]}: ' if c['label'] else '') + c['text'].replace('\n', ', ') for c in shown['contacts']]
    personal = ''.join(f'{say(f"{a}: {b}")} \\\n' for a, b in shown['personal']) + '\n'
    name = f'#text(size: 20pt, weight: "bold")[{say(shown["name"])}]\n\n' + (f'{say(shown["label"])}\n\n' if shown['label'] else '')
    start = f'#set text(font: {json.dumps(layout["font"])}, size: {layout["size"]}pt, lang: "{shown["lang"]}")\n'
    if layout['frame'] == 'sidebar':
        start += f'#set page(paper: "a4", margin: 0pt)\n#show heading: it => block(above: 10pt, text(size: 11pt, tracking: 1pt, upper(it.body)))\n'
        side = name + ''.join(f'{say(line)} \\\n' for line in contact) + '\n' + personal + ''.join(h + b for kind, h, b in parts if kind in SIDE)
        main = ''.join(head + body for kind, head, body in parts if kind not in SIDE)
        fill = f'(x, y) => if x == 0 {{ rgb("{accent}") }}'
        text = f'#grid(columns: (62mm, 1fr), rows: (297mm), fill: {fill}, inset: 7mm, [#set text(fill: white)\n{side}], [{main}])'
    elif layout['frame'] == 'headings-left':
        start += f'#set page(paper: "a4", margin: 16mm)\n#show heading: it => text(size: 10.5pt, fill: rgb("{accent}"), it.body)\n'
        rows = ''.join(f'#line(length: 100%, stroke: 0.4pt)\n#grid(columns: (34mm, 1fr), [{head}], [{body}])\n' for _, head, body in parts)
        text = name + say(' · '.join(contact)) + '\n\n' + personal + rows
    else:
        start += f'#set page(paper: "a4", margin: 17mm)\n#show heading: it => block(above: 12pt, width: 100%, stroke: (bottom: 0.7pt + rgb("{accent}")), it.body)\n'
        text = f'#align(center)[{name}{say(" | ".join(contact))}]\n' + personal + ''.join(head + body for _, head, body in parts)
    path.write_bytes(typst.compile((start + text).encode()))
