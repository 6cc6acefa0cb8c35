#!/usr/bin/env python3
"""Distils the gazetteers that the reader embeds: build.py SOURCE_DIR. Every table is sorted by the bytes of its keys."""
import csv, os, re, sys, unicodedata

HERE = os.path.dirname(os.path.abspath(__file__))


def fold(text):
    text = text.replace('ß', 'ss').replace('ø', 'o').replace('Ø', 'O').replace('ł', 'l').replace('Ł', 'L').replace('’', "'")
    text = unicodedata.normalize('NFKD', text)
    return ''.join(c for c in text if not unicodedata.combining(c)).lower()


def key(text):
    return ' '.join(re.findall(r"[.]?[a-z0-9]+(?:[.'][a-z0-9]+)*[+#]*", fold(text)))


def rows(name):
    return csv.DictReader(open(os.path.join(sys.argv[1], name), encoding='utf8'), delimiter='\t', quoting=csv.QUOTE_NONE)


def write(name, table):
    lines = [k + ('\t' + v if v else '') for k, v in sorted(table.items(), key=lambda kv: kv[0].encode()) if k]
    with open(os.path.join(HERE, name), 'w', encoding='utf8', newline='\n') as out:
        out.write('\n'.join(lines) + '\n')
    print(name, len(lines), 'rows', sum(len(l.encode()) + 1 for l in lines), 'bytes')


def places():
    """Kinds: c city, r region, n country, b short form of a region, i two letters of a country."""
    table = {}
    for row in rows('countries.tsv'):
        for column in ('en', 'de', 'fr', 'es'):
            table[key(row[column])] = 'n'
        for alias in row['aliases'].split('|'):
            table[key(alias)] = 'n'
        table.setdefault(row['iso2'].lower(), 'i')
    for row in rows('regions.tsv'):
        if row['country'] in ('US', 'CA', 'AU', 'DE', 'AT', 'CH', 'FR', 'ES', 'IT', 'GB', 'IN', 'BR', 'MX', 'NL', 'BE', 'PL'):
            table.setdefault(key(row['name']), 'r')
        if row['country'] in ('US', 'CA', 'AU') and len(row['abbr']) in (2, 3):
            table[row['abbr'].lower()] = 'b'
    for row in rows('places.tsv'):
        if int(row['population'] or 0) >= (40_000 if row['country'] in ('US', 'GB', 'DE', 'FR', 'ES', 'CH', 'AT', 'CA') else 150_000):
            for name in [row['name']] + row['aliases'].split('|')[:6]:
                if len(key(name)) > 2 and table.get(key(name), 'r') == 'r':
                    table[key(name)] = 'c'
    write('places.tsv', table)


def degrees():
    table = {}
    for row in rows('degrees.tsv'):
        if row['kind'] in ('degree', 'school', 'training') and len(key(row['term'])) > 1:
            table[key(row['term'])] = ''
    for term in ('MSN', 'BSN', 'DNP', 'ADN', 'BBA', 'JD', 'LLB', 'LLM', 'MEd', 'BEd', 'MEng', 'BEng', 'MBBS', 'MD', 'BCom', 'MCom', 'BPharm', 'DDS', 'EdD', 'PGCE', 'BFA', 'MFA', 'MPH', 'MPA', 'BTech', 'MTech', 'B.Tech', 'M.Tech', 'PharmD'):
        table[key(term)] = ''
    write('degrees.tsv', table)


def languages():
    known = 'en de fr es pt it nl pl ru uk ar hi zh ja ko tr sv da no nb fi cs sk hu ro bg el he fa ur bn ta te mr gu pa ml kn vi th id ms tl sw ca eu gl hr sr bs sl et lv lt sq mk ga cy af ka hy az kk uz ne si my km lo mn am so yo ig ha zu xh la lb is mt'.split()
    table = {}
    for row in rows('languages.tsv'):
        if row['iso639_1'] in known:
            for column in ('en', 'de', 'fr', 'es', 'pt', 'it', 'nl', 'native'):
                if key(row[column]):
                    table.setdefault(key(row[column]), row['en'])
            for alias in row['aliases'].split('|'):
                if len(key(alias)) > 3:
                    table.setdefault(key(alias), row['en'])
    table['mandarin'] = 'Chinese'
    table['farsi'] = 'Persian'
    for no_language in ('so', 'is', 'no'):
        table.pop(no_language, None)
    write('languages.tsv', table)


def proficiency():
    table = {}
    for row in rows('proficiency.tsv'):
        table[key(row['term'])] = row['cefr']
    for word in ('native', 'native speaker', 'mother tongue', 'muttersprache', 'muttersprachler', 'langue maternelle', 'maternelle', 'lengua materna', 'nativo', 'nativa', 'materna', 'bilingual native', 'natif', 'native language', 'native or bilingual proficiency', 'native or bilingual'):
        table[word] = 'native'
    write('proficiency.tsv', table)


places()
degrees()
languages()
proficiency()
