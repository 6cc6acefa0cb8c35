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


COUNTIES = """Bedfordshire|Berkshire|Buckinghamshire|Cambridgeshire|Cheshire|Cornwall|Cumbria|Derbyshire|Devon|Dorset|County Durham|East Sussex|Essex|Gloucestershire|Greater London|Greater Manchester|Hampshire|Herefordshire|Hertfordshire|Kent|Lancashire|Leicestershire|Lincolnshire|Merseyside|Norfolk|North Yorkshire|Northamptonshire|Northumberland|Nottinghamshire|Oxfordshire|Rutland|Shropshire|Somerset|South Yorkshire|Staffordshire|Suffolk|Surrey|Tyne and Wear|Warwickshire|West Midlands|West Sussex|West Yorkshire|Wiltshire|Worcestershire|Yorkshire|Aberdeenshire|Fife|Lanarkshire|Midlothian|Ayrshire|Gwynedd|Powys|Pembrokeshire|Carmarthenshire|County Antrim|County Down|County Armagh|County Tyrone"""
# Countries whose towns of 15,000 people are kept, those of 40,000, and for all others 150,000.
NEAR = ('US', 'GB', 'DE', 'FR', 'ES', 'CH', 'AT', 'CA')
AROUND = ('IE', 'NL', 'BE', 'LU', 'IT', 'PT', 'PL', 'CZ', 'DK', 'SE', 'NO', 'FI', 'MX', 'AR', 'CL', 'CO', 'BR', 'AU', 'NZ', 'IN', 'TR', 'RO', 'HU', 'GR', 'UA', 'MA')


def places():
    """Kinds: c city, t town, r region, n country, b short form of a region, i two letters of a country; then country, region, name."""
    table = {}

    def put(text, kind, row='', over=''):
        if len(key(text)) > 1 and table.get(key(text), '-')[0] in over + '-':
            table[key(text)] = kind + row

    for row in rows('countries.tsv'):
        for text in [row[column] for column in ('en', 'de', 'fr', 'es')] + row['aliases'].split('|'):
            put(text, 'n', ';' + row['iso2'], 'n')
        put(row['iso2'], 'i', ';' + row['iso2'])
    for row in rows('regions.tsv'):
        if row['country'] in ('US', 'CA', 'AU') and len(row['abbr']) in (2, 3):
            put(row['abbr'], 'b', ';' + row['country'] + ';' + row['abbr'], 'in')
        if row['country'] in NEAR + ('AU', 'IT', 'IN', 'BR', 'MX', 'NL', 'BE', 'PL', 'IE', 'PT'):
            for text in [row['name']] + row['aliases'].split('|'):
                put(text, 'r', ';' + row['country'] + ';' + row['name'])
    towns = sorted(rows('places.tsv'), key=lambda row: -int(row['population'] or 0))
    for row in towns:
        people, country = int(row['population'] or 0), row['country']
        city = people >= (40_000 if country in NEAR else 150_000)
        town = people >= (15_000 if country in NEAR else 40_000 if country in AROUND else 150_000)
        for text in [row['name']] + row['aliases'].split('|')[:6]:
            name = row['name'] if key(text) != key(row['name']) or text != text.title() else ''
            facts = ';'.join((country, row['region_abbr'] or row['region'], name)).rstrip(';')
            if len(key(text)) > 2 and city:
                put(text, 'c', ';' + facts, 'r')
            elif len(key(text)) > 3 and town:
                put(text, 't', ';' + facts)
    large = {key(row['name']) for row in towns if int(row['population'] or 0) >= 150_000}
    for name in COUNTIES.split('|'):
        if key(name) not in large:
            put(name, 'r', ';GB;' + name, 'ct')
    write('places.tsv', table)


def telephone():
    """Calling code -> lengths of national numbers; country -> calling code, prefix dialled within it, lengths."""
    try:
        import phonenumbers
        from phonenumbers import PhoneMetadata as M, PhoneNumberFormat as F, PhoneNumberType as T
    except ImportError:
        return print('telephone.tsv kept: needs the package phonenumbers')
    table, examples = {}, []
    for code, regions in sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items()):
        lengths = set()
        for region in regions:
            facts = M.metadata_for_region(region)
            if facts is None:
                continue
            own = [n for n in facts.general_desc.possible_length if n > 0]
            lengths.update(own)
            table[region.lower()] = ';'.join((str(code), facts.national_prefix or '', ','.join(map(str, own))))
            for kind in (T.FIXED_LINE, T.MOBILE):
                number = phonenumbers.example_number_for_type(region, kind)
                if number and region == regions[0]:
                    for style in (F.INTERNATIONAL, F.NATIONAL):
                        examples.append((region, phonenumbers.format_number(number, style), phonenumbers.format_number(number, F.E164)))
        if lengths:
            table[str(code)] = ';'.join((regions[0], ','.join(map(str, sorted(lengths)))))
    write('telephone.tsv', table)
    with open(os.path.join(HERE, '../tests/fixtures/telephone.tsv'), 'w', encoding='utf8', newline='\n') as out:
        out.write(''.join('\t'.join(row) + '\n' for row in sorted(set(examples))))


def names():
    """Given names and surnames that are not also plain words: g, s, or gs for both."""
    table = {}
    for name, letter in (('given.tsv', 'g'), ('surnames.tsv', 's')):
        for row in rows(name):
            places = [s for s in row['sources'].replace(',', '|').split('|') if not s.startswith('US-')]
            common = int(row.get('us_births') or 0) >= 8_000 or 0 < int(row.get('us_rank') or 0) <= 4_000 or any(p[:2] in ('de', 'fr', 'es', 'it', 'pt', 'nl', 'en', 'pl', 'tr', 'sv', 'da') for p in places)
            if common and not row['flag'] and len(key(row['name'])) > 2 and ' ' not in key(row['name']):
                table[key(row['name'])] = ''.join(sorted(set(table.get(key(row['name']), '') + letter)))
    write('names.tsv', table)


# Schools that the list also counts as what one leaves them with: here they name where, not what.
NO_DEGREES = {key(t) for t in (
    'Gymnasium|Gymnasiet|Gymnasieskola|Lycée|Lycée général|Lycée professionnel|Collège|Instituto|IES|Realschule|Hauptschule|Grundschule|'
    'Gesamtschule|Mittelschule|Sekundarschule|Berufsschule|Berufsfachschule|Fachoberschule|Wirtschaftsgymnasium|Berufliches Gymnasium|'
    'Kolleg|Middle school|Trade school|HAK|HTL|Handelsakademie|Höhere Technische Lehranstalt|Hogeschool|Université|University|'
    'Istituto tecnico|Istituto professionale|Liceo classico|Liceo linguistico|Liceo scientifico|Basisschool|Middelbare school|Atheneum|'
    'Technikum|École d’ingénieurs|École de commerce|Grande École|Lise|Fen Lisesi|Anadolu Lisesi|Meslek Lisesi|Szkoła zawodowa|AFPA|'
    'Fachschule für Technik|Verwaltungs- und Wirtschaftsakademie|Sixth Form|Ragioneria|IUT|Trade certificate|MIT|BIT|ITS|WO|DU|BP|Curso|'
    'Stagiaire|Becario|Becaria|Doktor|Doktorand|Doktorandin|Dissertation|Diplomarbeit|Bachelorarbeit|Masterarbeit|Thèse|Tesis doctoral|'
    'mr.|ir.|Doctor|Doktora|ing|Ir|BUT|Promotionsonderzoek|PhD student|PhD candidate|L1|L2|L3').split('|')}
MORE_DEGREES = (
    'MSN|BSN|DNP|ADN|BBA|JD|LLB|LLM|MEd|BEd|MEng|BEng|MBBS|MD|BCom|MCom|BPharm|DDS|EdD|PGCE|BFA|MFA|MPH|MPA|BTech|MTech|B.Tech|M.Tech|PharmD|'
    'B.Pharm|M.Pharm|BEng (Hons)|BSc (Hons)|BA (Hons)|LLB (Hons)|MA (Hons)|Bachelor of Communication|Bachelor of Accountancy|'
    'Bachelor of Hotel Management|Bachelor of Health Science|Bachelor of Economics|Bachelor of Journalism|Bachelor of Psychology|'
    'Bachelor of Information Systems|Master of Design|Master of Teaching|Master of Nursing|Master of Accounting|Master of Data Science|'
    'Master of International Business|Master of Social Science|Master of Professional Accounting|Master of Commerce|'
    'Ingeniería Técnica|Ingeniería Técnica Industrial|Ingeniería|Licenciatura|Diplomatura|Arquitectura|Magisterio|Grado medio|'
    'Diplom-Ökonom|Diplom-Designer|Diplom-Designerin|Diplom-Jurist|Diplom-Handelslehrer|Diplom-Sozialarbeiter|Diplom-Wirtschaftsinformatiker|'
    'Diplom-Verwaltungswirt|Diplom-Finanzwirt|Dipl.-Ing.|Dipl.-Kfm.|Dipl.-Kffr.|Dipl.-Inf.|Dipl.-Betriebswirt|Dipl.-Psych.|'
    'Erstes Juristisches Staatsexamen|Zweites Juristisches Staatsexamen|Erste Juristische Prüfung|Technischer Fachwirt|Betriebswirt|'
    'Diplôme d’ingénieur|Diplôme d’État|Diplôme|DNMADE|DNSEP|DNA|BUT|BTSA|BPJEPS|CRFPA|Master MEEF|MEEF|Magistère|Mastère|MIAGE|DEUG|DSCG|'
    'Master 1|Master 2|Master I|Master II|Licence 3|Bachelor Universitaire de Technologie|Brevet|Certificat de spécialisation|Mention complémentaire|'
    'AAT|AAT Level 4|AAT Level 3|ACCA|NVQ Level 5|T Level|T Levels|Foundation Degree|Foundation Diploma|Higher Diploma|Advanced Higher|Highers|'
    'High School Diploma|Secondary Education|Certificate II|Certificate IV|Graduate Diploma|Certificate of Higher Education|'
    'Höhere Fachschule|Fachweiterbildung|Fachwirt|Meister|Techniker|Lehramt|Referendariat|Fachabitur|Auslandssemester|'
    'Magister Artium|Magister|Bachelor of Engineering (Honours)|PGDM|PGDip|BSc|MSc|BA|MA|M2|M1|Posgrado|Curso de Experto|Experto Universitario'
).split('|')


def degrees():
    """Kinds: d degree, s school-leaving certificate, t training; a behind it marks a surface with other meanings."""
    table = {}
    for row in rows('degrees.tsv'):
        folded = key(row['term'])
        if row['kind'] in ('degree', 'school', 'training') and len(folded) > 1 and folded not in NO_DEGREES:
            table[folded] = row['kind'][0] + ('a' if row['ambiguous'] else '')
    for term in MORE_DEGREES:
        table.setdefault(key(term), 'da' if len(key(term)) < 4 else 'd')
    for term in ('Meister', 'Techniker', 'Fachwirt', 'Praktikum', 'Prácticas', 'Stage', 'Volontariat', 'Referendariat', 'Wehrdienst', 'Zivildienst',
                 'Freiwilliges Soziales Jahr', 'Bundesfreiwilligendienst', 'Service civique', 'Bilanzbuchhalter', 'Técnico', 'Técnico en', 'Tirocinio',
                 'Estágio', 'Pasantía', 'Facharbeiter', 'Betriebswirt', 'Assessor', 'Weiterbildung', 'Fortbildung', 'Zertifikat', 'Certificat', 'Certificado',
                 'Lehrgang', 'Alternance', 'Attestation', 'Brevet', 'Diplôme', 'Privatdozent', 'Promovendus', 'Postdoc', 'Postdoctoral researcher', 'Post-doctoral fellow'):
        if key(term) in table:
            table[key(term)] = table[key(term)][0] + 'a'
    write('degrees.tsv', table)


def languages():
    known = 'en de fr es pt it nl pl ru uk ar hi zh ja ko tr sv da no nb fi cs sk hu ro bg el he fa ur bn ta te mr gu pa ml kn vi th id ms tl sw ca eu gl hr sr bs sl et lv lt sq mk ga cy af ka hy az kk uz ne si my km lo mn am so yo ig ha zu xh la lb is mt br oc co gd fy eo ku ps sd tg tk ug ti om rw sn wo ln mg ht qu gn mi yi jv su fo kw'.split()
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
    for name in ('Swiss German|Schweizerdeutsch|Schwyzerdütsch|Suisse allemand', 'Sign Language|British Sign Language|American Sign Language|BSL|Gebärdensprache|Deutsche Gebärdensprache|Langue des signes|Langue des signes française|Lengua de signos|Lengua de signos española', 'Valencian|Valenciano|Valencià', 'Flemish|Flämisch|Flamand|Flamenco belga', 'Cantonese|Kantonesisch|Cantonais|Cantonés', 'Moroccan Arabic|Darija', 'Serbo-Croatian|Serbokroatisch', 'Twi', 'Akan', 'Fula|Fulani|Fulfulde|Peul|Poular', 'Nahuatl|Náhuatl', 'Berber|Berbère|Tamazight|Kabyle', 'Bambara', 'Aymara'):
        for alias in name.split('|'):
            table.setdefault(key(alias), name.split('|')[0])
    for no_language in ('so', 'is', 'no'):
        table.pop(no_language, None)
    write('languages.tsv', table)


def proficiency():
    table = {}
    for row in rows('proficiency.tsv'):
        table[key(row['term'])] = row['cefr']
    for word in ('native', 'native speaker', 'mother tongue', 'muttersprache', 'muttersprachler', 'langue maternelle', 'maternelle', 'lengua materna', 'nativo', 'nativa', 'materna', 'bilingual native', 'natif', 'native language', 'native or bilingual proficiency', 'native or bilingual'):
        table[word] = 'native'
    more = 'notions scolaires:A2|notions:A2|scolaire:A2|niveau scolaire:A2|conversacion:B1|conversacional:B1|conversation:B1|konversationssicher:B1|lu ecrit parle:C1|lu, parle, ecrit:C1|alltagstauglich:B1|schulkenntnisse:A2|sehr gute kenntnisse:C1|gute kenntnisse:B2|sehr gut:C1|gut:B2|good:B2|very good:C1|excellent:C2|excelente:C2|alto:C1|nivel alto:C1|medio:B1|nivel medio:B1|bajo:A2|nivel bajo:A2|working knowledge:B1|business fluent:C1|business level:C1|conversant:B1|school level:A2|verhandlungssicher in wort und schrift:C1|in wort und schrift:C1|erste fremdsprache:B2|bilingue:C2|mother-tongue:native|first language:native|erstsprache:native|native tongue:native|lengua nativa:native|idioma materno:native|langue natale:native|muttersprachlich:native|muttersprachliches niveau:C2|native-level:C2|near native:C2|near-native:C2'
    for pair in more.split('|'):
        table.setdefault(key(pair.rsplit(':', 1)[0]), pair.rsplit(':', 1)[1])
    write('proficiency.tsv', table)


# Last words of English titles by which people are called; other last words are what they work with.
CALLED = re.compile(r'^(\w+(er|or|ist|ian|eer|yst|ant|ert|man|woman|aide|maker)|expert|guide|pilot|aide|crew|chef|cook|nurse|clerk)$')
NO_TITLES = set('auto sage miller carrier butler manufacturer mixer processor distributor filler printer presser publisher setter caster blender spinner merchant master data community personal hote tender timber water power computer paper rubber leather consumer customer other container motor interior exterior floor door colour color labor sector major minor senior junior after order matter center computer layer silver member user partner power under over water letter poster elevator tractor generator motor error plant present restaurant instant giant distant want grant'.split())


def titles():
    """Job titles as a whole, and the words by which they are known: the last of English and German ones, the first of French and
    Spanish ones, with `titles_own.txt` written by hand."""
    whole, words = {}, {w: '' for w in open(os.path.join(HERE, 'titles_own.txt'), encoding='utf8').read().split()}
    last = {}
    for row in rows('titles.tsv'):
        folded = key(row['title'])
        if len(folded) < 4:
            continue
        whole[folded] = ''
        parts = folded.split(' ')
        if row['language'] == 'en':
            last[parts[-1]] = last.get(parts[-1], 0) + 1
        elif row['language'] == 'de' and len(parts) == 1 or row['language'] in ('fr', 'es'):
            words.setdefault(parts[0], '')
    for word, count in last.items():
        if count > 1 and CALLED.match(word):
            words.setdefault(word, '')
    for word in NO_TITLES:
        words.pop(word, None)
    write('titles.tsv', whole)
    write('title_words.tsv', words)


places()
degrees()
languages()
proficiency()
telephone()
names()
titles()
