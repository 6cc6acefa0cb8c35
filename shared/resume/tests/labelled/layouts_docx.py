"""Resumes as Word documents."""
from docx import Document
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from layouts_html import AT, SIDE, prose, study


class Page:
    """A document under way; `box` is the body, a header, a footer or a table cell."""

    def __init__(self, shown, layout):
        self.shown, self.layout, self.document = shown, layout, Document()
        self.width = 17
        normal = self.document.styles['Normal']
        normal.font.name, normal.font.size = layout['font'], Pt(layout['size'])
        normal.paragraph_format.space_after = Pt(2)
        for part in self.document.sections:
            part.left_margin = part.right_margin = Cm(2)

    def line(self, box, text='', bold=False, size=None):
        paragraph = box.add_paragraph()
        if text:
            run = paragraph.add_run(text)
            run.bold = bold or None
            run.font.size = Pt(size) if size else None
        return paragraph

    def table(self, box, columns, widths, border=False):
        inside = hasattr(box, '_tc')
        table = box.add_table(0, columns) if inside else box.add_table(rows=0, cols=columns)
        table.autofit = False
        for column, width in zip(table.columns, widths):
            column.width = Cm(width)
        if border:
            kinds = ('top', 'left', 'bottom', 'right', 'insideH', 'insideV')
            edges = ''.join(f'<w:{kind} w:val="single" w:sz="4" w:color="808080"/>' for kind in kinds)
            table._tbl.tblPr.append(parse_xml(f'<w:tblBorders {nsdecls("w")}>{edges}</w:tblBorders>'))
        return table

    def row(self, table, widths):
        cells = table.add_row().cells
        for cell, width in zip(cells, widths):
            cell.width = Cm(width)
        return cells

    def heading(self, box, text):
        kind, size = self.layout['head'], self.layout['size']
        if kind == 'style':
            return box.add_paragraph(text, style='Heading 1')
        paragraph = self.line(box, f'{text}:' if kind == 'plain' else text, bold=kind in ('bold', 'border', 'caps'), size=None if kind == 'plain' else size + 2)
        run = paragraph.runs[0]
        if kind == 'under':
            run.underline = True
        elif kind == 'caps':
            run.font.all_caps = True
        elif kind == 'spaced':
            run._r.get_or_add_rPr().append(parse_xml(f'<w:spacing {nsdecls("w")} w:val="60"/>'))
        elif kind == 'border':
            run.font.color.rgb = RGBColor.from_string(self.layout['accent'])
            paragraph._p.get_or_add_pPr().append(parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="8" w:color="444444"/></w:pBdr>'))
        return paragraph

    def bullets(self, box, items):
        for item in items:
            if self.layout['bullet'] == 'list':
                box.add_paragraph(item, style='List Bullet')
            else:
                self.line(box, f'{self.layout["bullet"]} {item}')

    def right(self, paragraph, text):
        paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(self.width), WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f'\t{text}')

    def entry(self, box, date, title, company, place, items, at=', '):
        style, comma = self.layout['entry'], f', {place}' if place else ''
        if style == 'tab':
            self.right(self.line(box, title, bold=True), date)
            self.line(box, company + comma)
        elif style == 'tab2':
            self.right(self.line(box, company, bold=True), place)
            self.right(self.line(box, title), date)
        elif style == 'lefttab':
            paragraph = self.line(box, f'{date}\t')
            paragraph.add_run(title).bold = True
            paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(4.6))
            self.line(box, company + comma).paragraph_format.left_indent = Cm(4.6)
        elif style == 'three':
            self.line(box, title, bold=True)
            self.line(box, company + (f' – {place}' if place else ''))
            self.line(box, date)
        elif style == 'datefirst':
            self.line(box, date)
            self.line(box, title, bold=True).add_run(f'{at}{company}{f" ({place})" if place else ""}')
        elif style == 'line':
            self.line(box, company, bold=True).add_run(f', {title}{comma}{f" ({date})" if date else ""}')
        else:
            return self.dated_row(self.table(box, 2, self.dated_widths(2)), date, title, company + comma, items)
        self.bullets(box, items)

    def dated_row(self, table, date, title, company, items):
        """A table row: the date left, what was done right."""
        columns = len(table.columns)
        cells = self.row(table, self.dated_widths(columns))
        cells[0].text = date
        cells[1].paragraphs[0].add_run(title).bold = True
        if columns == 3:
            cells[2].text = company
        else:
            self.line(cells[1], company)
        self.bullets(cells[1], items)

    def dated_widths(self, columns):
        return (4.2, self.width - 4.2) if columns == 2 else (3.8, 7.4, 5.8)

    def entries(self, kind):
        """Positions or courses as rows of date, title, company, place, items."""
        if kind == 'work':
            return [(job['date'], job['title'], job['company'], job['place'], job['items']) for job in self.shown['jobs']]
        return [(c['date'], study(self.shown['lang'], c), c['school'], c['place'], [c['grade']] if c['grade'] else []) for c in self.shown['courses']]

    def grid(self, box, rows, columns):
        table = self.table(box, columns, [self.width / columns] * columns)
        for words in rows:
            for cell, word in zip(table.add_row().cells, words):
                cell.text = word

    def skills(self, box, style, name, words, levels):
        if style in ('bullets', 'bars'):
            self.bullets(box, words)
        elif style == 'dots':
            self.grid(box, [(word, '●' * level + '○' * (5 - level)) for word, level in zip(words, levels)], 2)
        elif style in ('table', 'tags'):
            self.grid(box, [words[start:start + 3] for start in range(0, len(words), 3)], 3)
        elif style == 'prose':
            self.line(box, prose(self.shown['lang'], words))
        else:
            self.line(box, f'{name}: ' if name else '', bold=True).add_run({'pipe': ' | ', 'mid': ' · '}.get(style, ', ').join(words))

    def section(self, box, part, heading=True):
        kind = part['kind']
        if heading:
            self.heading(box, part['head'])
        if kind in ('work', 'education'):
            rows = self.entries(kind)
            if self.layout['frame'] == 'grid':
                columns = self.layout['columns']
                table = self.table(box, columns, self.dated_widths(columns), self.layout['lines'])
                for date, title, company, place, items in rows:
                    self.dated_row(table, date, title, company + (f', {place}' if place else ''), items)
            else:
                at = f' {AT[self.shown["lang"]]} ' if kind == 'work' else ', '
                for row in rows:
                    self.entry(box, *row, at=at)
        elif kind == 'skills':
            for name, words, levels in part['groups']:
                self.skills(box, part['style'], name, words, levels)
        elif kind == 'languages' and part['style'] == 'table':
            self.grid(box, part['items'], 2)
        elif kind == 'languages':
            self.line(box, ', '.join(f'{name} ({level})' for name, level in part['items']))
        elif 'text' in part:
            self.line(box, part['text'])
        else:
            self.bullets(box, part['items'])

    def contact(self, box, separator):
        texts = [(f'{c["label"]}: ' if c['label'] else '') + c['text'].replace('\n', ', ') for c in self.shown['contacts']]
        if separator != 'lines':
            self.line(box, separator.join(texts))
        for entry, text in zip(self.shown['contacts'], texts) if separator == 'lines' else ():
            if not entry['href']:
                self.line(box, text)
                continue
            paragraph = self.line(box, f'{entry["label"]}: ' if entry['label'] else '')
            link = OxmlElement('w:hyperlink')
            link.set(qn('r:id'), paragraph.part.relate_to(entry['href'], RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            link.append(paragraph.add_run(entry['text'])._r)
            paragraph._p.append(link)
        for label, value in self.shown['personal']:
            self.line(box, f'{label}: {value}')

    def name(self, box):
        self.line(box, self.shown['name'], bold=True, size=20)
        if self.shown['label']:
            self.line(box, self.shown['label'])


def two_columns(page):
    left = page.layout.get('side') != 'right'
    widths = (5.5, 11.5) if left else (11.5, 5.5)
    cells = page.row(page.table(page.document, 2, widths), widths)
    side, main = cells if left else cells[::-1]
    page.name(main)
    page.width = 5
    page.contact(side, 'lines')
    for part in page.shown['sections']:
        narrow = part['kind'] in SIDE
        page.width = 5 if narrow else 11
        page.section(side if narrow else main, part)


def boxed(page):
    page.name(page.document)
    page.width = 12.5
    table = page.table(page.document, 2, (4, 13), border=True)
    cells = page.row(table, (4, 13))
    cells[0].text = {'de': 'Kontakt', 'es': 'Contacto'}.get(page.shown['lang'], 'Contact')
    page.contact(cells[1], 'lines')
    for part in page.shown['sections']:
        cells = page.row(table, (4, 13))
        cells[0].paragraphs[0].add_run(part['head']).bold = True
        page.section(cells[1], part, heading=False)


def flowing(page):
    """One column; the contact data may stand in the page header or footer, the paragraphs in content controls."""
    document, frame = page.document, page.layout['frame']
    if frame == 'header':
        page.name(document.sections[0].header)
        page.contact(document.sections[0].header if page.layout['side'] == 'header' else document.sections[0].footer, ' · ')
    else:
        if page.shown['title']:
            page.line(document, page.shown['title'], bold=True, size=16)
        page.name(document)
        page.contact(document, page.layout['contact'])
    for part in page.shown['sections']:
        page.section(document, part)
    if frame == 'controls':
        for paragraph in [p for p in document.element.body.iterchildren() if p.tag == qn('w:p')]:
            control = parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtPr/><w:sdtContent/></w:sdt>')
            paragraph.addprevious(control)
            control[1].append(paragraph)


def write(shown, layout, path):
    page = Page(shown, layout)
    {'sidebar': two_columns, 'boxed': boxed}.get(layout['frame'], flowing)(page)
    page.document.core_properties.author = page.document.core_properties.title = ''
    page.document.save(path)
