#!/usr/bin/env python3
"""Distils the skill gazetteer into skills.tsv, the table that hiring_core::taxonomy embeds.

  build.py SOURCE_DIR     where SOURCE_DIR holds skills.tsv (canonical, aliases, kind, category, tier, source, ambiguous)

Output: one surface a line, sorted by byte order of its key: key, canonical name, kind letter + flags, surface for
flag x. Kinds: h hard, t tool, c certificate, s soft. Flags: x = exact case and context needed, l = only in a skills list.
"""
import csv, os, re, sys, unicodedata

KIND = {'hard': 'h', 'tool': 't', 'language': 't', 'certificate': 'c', 'soft': 's'}
LIMIT = 290_000


def key(text):
    text = text.replace('ß', 'ss').replace('ø', 'o').replace('Ø', 'O').replace('ł', 'l').replace('Ł', 'L')
    text = unicodedata.normalize('NFKD', text)
    text = ''.join(c for c in text if not unicodedata.combining(c)).lower()
    return ' '.join(re.findall(r"[.]?[a-z0-9]+(?:[.'’][a-z0-9]+)*[+#]*", text))


def display(name):
    name = re.sub(r' \((software|framework|language|tool|methods?)\)$', '', name)
    return name[0].upper() + name[1:] if name.islower() and ' ' in name or name.islower() and len(name) > 5 else name


def useful(row):
    name, words = row['canonical'], row['canonical'].split()
    if row['tier'] == 'A':
        return True
    if row['tier'] != 'B' or not name[0].isalpha() or len(name) > 30 or len(words) > 3:
        return False
    if row['source'].startswith('ESCO'):
        return row['kind'] == 'hard' and (len(words) <= 3) and not re.match(r'(types|principles|kinds) of', name)
    if row['source'].startswith('linguist'):
        return len(name) > 2
    return row['source'].startswith('O*NET') and len(words) <= 2 and len(name) <= 22


def main():
    source = sys.argv[1]
    rows = list(csv.DictReader(open(os.path.join(source, 'skills.tsv'), encoding='utf8'), delimiter='\t', quoting=csv.QUOTE_NONE))
    rank = lambda r: (r['tier'], 0 if r['source'].startswith('own') else 1 if not r['source'].startswith('O*NET') else 2, r['canonical'])
    table, size = {}, 0
    for row in sorted(rows, key=rank):
        if not useful(row):
            continue
        name = display(row['canonical'])
        unsure = set(row['ambiguous'].split('|'))
        aliases = row['aliases'].split('|') if row['aliases'] else []
        if row['tier'] == 'B':
            aliases = aliases[:1] if row['source'].startswith('linguist') else []
        for surface in [name, row['canonical']] + aliases:
            k = key(surface)
            if not k or len(k) > 44 or k.count(' ') > 5 or k in table:
                continue
            flags = KIND[row['kind']]
            if surface in unsure:
                flags += 'x'
            elif row['tier'] == 'B' and (' ' not in k or row['source'].startswith('O*NET')) and not any(
                c.isupper() for w in surface.split() for c in w[1:]
            ):
                flags += 'l'
            line = '\t'.join([k, name, flags] + ([surface] if 'x' in flags else []))
            if size + len(line.encode()) + 1 > LIMIT:
                continue
            size += len(line.encode()) + 1
            table[k] = line
    out = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'skills.tsv')
    with open(out, 'w', encoding='utf8', newline='\n') as f:
        for k in sorted(table, key=lambda k: k.encode()):
            f.write(table[k] + '\n')
    print(len(table), 'surfaces', size, 'bytes')


main()
