"""Resumes as plain text of 76 columns."""
import textwrap

from layouts_html import AT, prose, study

WIDTH = 76
UNDER = {'under': lambda head: [head, '-' * len(head)], 'rule': lambda head: [head.upper(), '=' * WIDTH], 'stars': lambda head: [f'*** {head} ***']}


def wrapped(text, indent=0, mark=''):
    return textwrap.wrap(text, WIDTH - indent, initial_indent=' ' * indent + mark, subsequent_indent=' ' * (indent + len(mark)))


def dated(style, date, what, where, at):
    """The lines above the bullets of an entry."""
    if style == 'under':
        return [f'{what}, {where}'.ljust(WIDTH - len(date) - 1) + f' {date}']
    if style == 'rule':
        return [date, f'{what}{at}{where}']
    if style == 'columns':
        return [date.ljust(24) + what, ' ' * 24 + where]
    return [where, f'{what}, {date}']


def section(shown, part, style):
    kind = part['kind']
    if kind == 'work':
        indent = 24 if style == 'columns' else 2
        for job in shown['jobs']:
            yield from dated(style, job['date'], job['title'], job['company'], f' {AT[shown["lang"]]} ')
            for item in job['items']:
                yield from wrapped(item, indent, '- ')
            yield ''
    elif kind == 'education':
        for course in shown['courses']:
            grade = f' ({course["grade"]})' if course['grade'] else ''
            yield from dated(style, course['date'], study(shown['lang'], course), course['school'] + grade, ', ')
    elif kind == 'skills':
        for name, words, _ in part['groups']:
            if part['style'] in ('bullets', 'bars', 'dots', 'table'):
                yield from (f'  - {word}' for word in words)
            else:
                text = prose(shown['lang'], words) if part['style'] == 'prose' else ', '.join(words)
                yield from wrapped(f'{name}: {text}' if name else text)
    elif kind == 'languages':
        yield from (f'{name}: {level}' for name, level in part['items'])
    elif 'text' in part:
        yield from wrapped(part['text'])
    else:
        for item in part['items']:
            yield from wrapped(item, 2, '- ')


def text(shown, layout):
    """The whole document; `layout['style']` is under, rule, stars or columns."""
    style = layout['style']
    lines = [shown['name']] + ([shown['label']] if shown['label'] else [])
    lines += [(f'{c["label"]}: ' if c['label'] else '') + c['text'].replace('\n', ', ') for c in shown['contacts']]
    lines += [f'{label}: {value}' for label, value in shown['personal']] + ['']
    for part in shown['sections']:
        lines += UNDER[style](part['head']) if style in UNDER else [f'{part["head"]}:']
        lines += [*section(shown, part, style), '']
    return '\n'.join(lines)
