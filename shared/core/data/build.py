#!/usr/bin/env python3
"""Compiles skills/*.txt into skills.tsv, the table that hiring_core::taxonomy embeds. README.md says how to write an entry.

Output: one surface a line, sorted by the bytes of its key: key, canonical name, kind letter + flags, exact spelling
(flags e and x), parents joined with | (only on the line of the canonical name itself).
Kinds: h hard, t tool, c certificate, s soft. Flags: e = exact case; x = exact case, and only in a list or beside another
skill; l = only in a list or beside another skill.
Fails on an unknown parent, a cycle, a surface of two entries, and a malformed line.
"""
import glob, os, re, sys, unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))
MARKS = {'!': 'x', '~': 'e', '?': 'l'}
PLAIN = str.maketrans({'ß': 'ss', 'ø': 'o', 'Ø': 'O', 'ł': 'l', 'Ł': 'L', 'œ': 'oe', 'Œ': 'OE', 'æ': 'ae', 'Æ': 'AE'})
UMLAUTS = str.maketrans({'ä': 'ae', 'ö': 'oe', 'ü': 'ue', 'Ä': 'Ae', 'Ö': 'Oe', 'Ü': 'Ue'})
QUALIFIER = re.compile(r' \((software|framework|language|machining|construction)\)$')


def key(text):
    """The same folding as hiring_core::taxonomy::fold_words; a test there compares them."""
    text = unicodedata.normalize('NFKD', text.translate(PLAIN))
    text = ''.join(c for c in text if not unicodedata.combining(c)).lower()
    return ' '.join(re.findall(r"[.]?[a-z0-9]+(?:[.'’][a-z0-9]+)*[+#]*", text))


def entries():
    for path in sorted(glob.glob(os.path.join(HERE, 'skills', '*.txt'))):
        for number, line in enumerate(open(path, encoding='utf8'), 1):
            line = line.strip()
            if not line or line.startswith('#'):
                continue
            columns = [column.strip() for column in line.split('|')]
            if not 2 <= len(columns) <= 7 or columns[0] not in 'htcs' or not columns[1]:
                sys.exit(f'{path}:{number}: want "kind | name | parents | en | de | fr | es"')
            lists = [[item.strip() for item in column.split(',') if item.strip()] for column in columns[2:]]
            lists += [[]] * (5 - len(lists))
            yield f'{path}:{number}', columns[0], columns[1], lists[0], lists[1:]


def variants(surface, language, kind):
    """Spellings that follow by rule: German without umlauts, English singular and plural of names of several words."""
    yield surface
    if surface.translate(UMLAUTS) != surface:
        yield surface.translate(UMLAUTS)
    last = surface.split()[-1]
    if language == 0 and kind in 'ht' and ' ' in surface and last.isalpha() and last.islower() and len(last) > 3:
        if last.endswith('s') and not last.endswith(('ss', 'us', 'is', 'ics')):
            yield surface[:-1]
        elif not last.endswith(('s', 'ing', 'y', 'ment', 'tion')):
            yield surface + 's'


def main():
    table, names, parents_of, later = {}, {}, {}, []
    for where, kind, name, parents, aliases in entries():
        flag, name = (MARKS[name[0]], name[1:]) if name[0] in MARKS else ('', name)
        shown = QUALIFIER.sub('', name)
        if key(shown) in table:
            sys.exit(f'{where}: {shown} belongs to {table[key(shown)][0]} already')
        table[key(shown)] = (shown, kind + flag, shown if flag in ('x', 'e') else '')
        names[name] = names[shown] = shown
        parents_of[shown] = (where, parents)
        surfaces = [(0, name)] if name != shown else []
        surfaces += [(at, alias) for at, group in enumerate(aliases) for alias in group]
        later.append((where, kind, shown, flag, surfaces))
    for where, kind, shown, flag, surfaces in later:
        for language, surface in surfaces:
            mark, surface = (MARKS[surface[0]], surface[1:]) if surface[0] in MARKS else ('', surface)
            if key(surface) in table and table[key(surface)][0] != shown:
                sys.exit(f'{where}: {surface} belongs to {table[key(surface)][0]} already')
            table.setdefault(key(surface), (shown, kind + mark, surface if mark in ('x', 'e') else ''))
    for where, kind, shown, flag, surfaces in later:
        for language, surface in [(0, shown)] + [(at, s) for at, s in surfaces if s[0] not in MARKS]:
            for variant in variants(surface, language, kind) if not flag or surface != shown else ():
                table.setdefault(key(variant), (shown, kind, ''))
    graph = {name: [] for name in parents_of}
    for name, (where, parents) in parents_of.items():
        for parent in parents:
            if parent not in names:
                sys.exit(f'{where}: unknown parent {parent}')
            graph[name].append(names[parent])
    for name in graph:
        seen, todo = set(), list(graph[name])
        while todo:
            parent = todo.pop()
            if parent == name:
                sys.exit(f'{name} descends from itself')
            if parent not in seen:
                seen.add(parent)
                todo += graph[parent]
    with open(os.path.join(HERE, 'skills.tsv'), 'w', encoding='utf8', newline='\n') as out:
        for surface in sorted(table, key=lambda surface: surface.encode()):
            if not surface or surface.count(' ') > 5:
                continue
            name, flags, exact = table[surface]
            own = '|'.join(graph[name]) if surface == key(name) else ''
            out.write('\t'.join([surface, name, flags, exact, own]).rstrip('\t') + '\n')
    print(len(graph), 'entries', len(table), 'surfaces', os.path.getsize(os.path.join(HERE, 'skills.tsv')), 'bytes')


main()
