#!/usr/bin/env python3
"""Renders the labelled resumes of this directory from their `.json`: `make.py [ID...]`, all of them without an argument.

Needs on the path: chromium, soffice (LibreOffice Writer), pdftoppm. Needs of Python: weasyprint, typst, python-docx, img2pdf, pillow, numpy.
Fonts: Caladea, Carlito, DejaVu, EB Garamond, Lato, Liberation, Roboto and those inside Typst, all free to embed.
"""
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import layouts_docx
import layouts_html
import layouts_text
import layouts_typst

HERE = Path(__file__).resolve().parent


def run(*command):
    subprocess.run([str(word) for word in command], check=True, capture_output=True, timeout=180)


def convert(source, ending, room):
    """What LibreOffice makes of a document."""
    run('soffice', f'-env:UserInstallation=file://{room}/office', '--headless', '--convert-to', ending, '--outdir', room, source)
    return source.with_suffix(f'.{ending}').read_bytes()


def pdf_of_html(html, program, room):
    if program == 'weasyprint':
        from weasyprint import HTML
        return HTML(string=html).write_pdf()
    source, target = room / 'page.html', room / 'page.pdf'
    source.write_text(html, encoding='utf-8')
    run('chromium', '--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer', f'--user-data-dir={room}/browser', f'--print-to-pdf={target}', f'file://{source}')
    return target.read_bytes()


def scan(pdf, ending, seed, room):
    """The pages as a copier would give them: grey, a little askew, noisy, JPEG; in a PDF or in a Word document."""
    import img2pdf
    import numpy
    from docx import Document
    from docx.shared import Cm
    from PIL import Image
    (room / 'page.pdf').write_bytes(pdf)
    run('pdftoppm', '-r', 150, '-gray', room / 'page.pdf', room / 'sheet')
    chance, pictures = random.Random(seed), []
    for sheet in sorted(room.glob('sheet*.pgm')):
        grey = Image.open(sheet).rotate(chance.uniform(-0.9, 0.9), fillcolor=250, resample=Image.BICUBIC)
        noise = numpy.random.default_rng(chance.randrange(10**9)).normal(-6, 7, (grey.height, grey.width))
        pictures.append(room / f'{sheet.stem}.jpg')
        Image.fromarray((numpy.asarray(grey) + noise).clip(0, 255).astype('uint8')).save(pictures[-1], quality=60, dpi=(150, 150))
    if ending == 'pdf':
        return img2pdf.convert([str(picture) for picture in pictures])
    document = Document()
    for part in document.sections:
        part.left_margin = part.right_margin = part.top_margin = part.bottom_margin = Cm(0.5)
    for picture in pictures:
        document.add_picture(str(picture), width=Cm(19))
    document.save(room / 'sheets.docx')
    return (room / 'sheets.docx').read_bytes()


def document(resume, room):
    """The bytes of the document that a labelled resume describes."""
    meta, shown = resume['meta'], resume['shown']
    layout, ending = meta['layout'], meta['format']
    if layout['tool'] in ('html', 'chromium', 'weasyprint', 'scan'):
        html = layouts_html.page(shown, layout)
        if layout['tool'] == 'html':
            return html.encode()
        pdf = pdf_of_html(html, 'weasyprint' if layout['tool'] == 'scan' else layout['tool'], room)
        return scan(pdf, ending, meta['id'], room) if layout['tool'] == 'scan' else pdf
    if layout['tool'] == 'text':
        return layouts_text.text(shown, layout).encode(layout['encoding'])
    target = room / f'page.{"pdf" if layout["tool"] == "typst" else "docx"}'
    (layouts_typst if layout['tool'] == 'typst' else layouts_docx).write(shown, layout, target)
    return target.read_bytes() if target.suffix == f'.{ending}' else convert(target, ending, room)


def reference(shown):
    """The text that a layout is given, and last what only a careful reader makes of it: plain names, phones and dates."""
    lines = [shown['name'], shown['label']] + [c['text'] for c in shown['contacts']] + [f'{a}: {b}' for a, b in shown['personal']]
    for part in shown['sections']:
        lines.append(part['head'])
        lines += [part.get('text', '')] + ([f'{name}: {level}' for name, level in part['items']] if part['kind'] == 'languages' else part.get('items', []))
        lines += [', '.join(words) for _, words, _ in part.get('groups', [])]
    for job in shown['jobs']:
        lines += [job['date'], job['title'], job['company'], job['place'], *job['items']]
    for course in shown['courses']:
        lines += [course['date'], course['degree'], course['area'], course['school'], course['place'], course['grade']]
    return '\n'.join(line for line in lines + shown['meaning'] if line) + '\n'


def main(wanted):
    for source in sorted(HERE.glob('*.json')):
        resume = json.loads(source.read_text(encoding='utf-8'))
        if wanted and source.stem not in wanted:
            continue
        with tempfile.TemporaryDirectory() as room:
            source.with_suffix(f'.{resume["meta"]["format"]}').write_bytes(document(resume, Path(room)))
        (HERE / 'ref' / f'{source.stem}.txt').write_text(reference(resume['shown']), encoding='utf-8')


if __name__ == '__main__':
    main(set(sys.argv[1:]))
