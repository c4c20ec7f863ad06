"""Processed pages as the site wants them: sources folded, tables and drawings that fit a phone, formulas that pandoc knows, links within the site,
pictures with words for those who do not see them.

No page links to the documentation or source host while the address is not real: nbdev's own links are left out (`skip_procs`, and `[source]` here)."""
import json, os, re
from bs4 import BeautifulSoup

LINK = r'\[(?:[^][`]|`[^`]*`)*\]\([^)]*\)|`[^`\n]*`' # a link as a whole, or code
NUMBER = r'[-+−]?[\d.,]+(e[-+]?\d+)?\s?%?|NaN|inf'
PHONE, LAPTOP = 340, 640 # px that a table may take there


def text(value): return value if isinstance(value, str) else ''.join(value or '')


def by_line(said, change):
    "The markdown, changed line by line outside blocks of code and headings."
    fenced, lines = False, said.split('\n')
    for i, line in enumerate(lines):
        if re.match(r'(```|~~~)', line): fenced = not fenced
        elif not fenced and line[:4] != '    ' and line[:1] != '#': lines[i] = change(line)
    return '\n'.join(lines)


def pointed(said, where):
    "Code that can only mean a public name leads to what is said about it; `where` is {name: address}."
    def lead(m):
        name = m[0][1:-1].removesuffix('()')
        return f'[{m[0]}]({where[name]})' if m[0][0] == '`' and name in where else m[0]
    return by_line(said, lambda line: re.sub(LINK, lead, line))


def findable(index, exported, plain):
    "Names that a page may link, as {name: (page, anchor)}: public in one module, and `plain` or more than a word of every day."
    found = {}
    for module, names in index.items():
        for full, (address, _) in names.items():
            name = full.removeprefix(module + '.')
            if name.split('.')[0] in exported.get(module, ()) and '._' not in f'.{name}': found.setdefault(name, []).append(address)
    return {n: tuple(a[0].partition('#')[::2]) for n, a in found.items() if len(a) == 1 and (n in plain or re.search(r'[A-Z_.]', n))}


def table(said):
    "A table whose names may break at _ and /, whose numbers may not, and whose rows become cards on a phone where it would not fit."
    soup = BeautifulSoup(said, 'html.parser')
    heads, labels = soup.select('thead tr'), []
    for row in heads:
        cells = [c.get_text(' ', strip=True) for c in row.find_all(['th', 'td']) for _ in range(int(c.get('colspan', 1)))]
        labels = [' '.join(dict.fromkeys(filter(None, pair))) for pair in zip(labels, cells)] if labels else cells
    widest = {}
    for row in soup.find_all('tr'):
        cells = row.find_all(['th', 'td'])
        for k, c in enumerate(reversed(cells)):
            inner = c.get_text(' ', strip=True)
            if c.name == 'th' and not c.contents: c.name = 'td' # a corner is no heading
            number = re.fullmatch(NUMBER, inner)
            if number and c.name == 'td': c['class'] = [*c.get('class', []), 'number']
            if labels and c.name == 'td' and k < len(labels) and labels[-1 - k]: c['data-label'] = labels[-1 - k]
            widest[k] = max([widest.get(k, 0), len(inner) if number else max(map(len, re.split(r'[\s_/]+', inner)))])
            for s in [s for s in c.find_all(string=re.compile(r'[_/]\w')) if not s.find_parent(['svg', 'style', 'script'])]:
                s.replace_with(BeautifulSoup(re.sub(r'([_/])(?=\w)', r'\1<wbr>', s.output_ready(formatter='minimal')), 'html.parser'))
    if labels and 7*sum(widest.values()) + 7*len(widest) > PHONE: soup.table['class'] = [*soup.table.get('class', []), 'cards']
    if labels and 8.5*sum(widest.values()) + 9*len(widest) > LAPTOP: soup.table['class'] = [*soup.table.get('class', []), 'wide']
    return str(soup)


def told(svg):
    "What a chart shows, in words, from its title, axes and legends; without these, from what is written on it."
    labels = re.findall(r'aria-label="([^"]*)"', svg)
    title = next((m[1] for l in labels if (m := re.match(r"Title text '(.*)'", l))), '')
    axes = {m[1]: m[2] or m[3] for l in reversed(labels) if (m := re.match(r"([XY])-axis (?:titled '(.*?)' )?for a (?:.*?: (.*))?", l))}
    legends = [f"{m[1] or 'colours'}: {m[2]}" for l in labels if (m := re.match(r"\w+ legend (?:titled '(.*?)' )?for .* with .*?: (.*)", l))]
    kind = 'Map' if not set(axes.values()) - {'m'} else f"Chart of {axes.get('Y', 'values')} against {axes.get('X', 'values')}"
    if not (title or axes or legends): legends = re.findall(r'<text[^>]*>([^<]+)</text>', svg)[:12]
    return '; '.join(filter(None, [kind, title, *legends]))


def pictures(said, page):
    "Drawings with words, whose inner names are those of one picture alone."
    def picture(m):
        head, inner, page['pictures'] = m[1], m[2], page.get('pictures', 0) + 1
        inner = re.sub(r'( id="|url\(#|href="#)(?=[^")]+["\)])', rf"\g<1>p{page['pictures']}-", inner)
        inner = re.sub(r'role="graphics-symbol" (aria-roledescription="\w+ mark container")', r'role="graphics-object" \1', inner) # marks without words of their own
        if 'aria-hidden' not in head and 'role=' not in head: head += f' role="graphics-document document" aria-label="{told(inner)}"'
        return f'<svg{head}>{inner}</svg>'
    return re.sub(r'<svg\b([^>]*)>(.*?)</svg>', picture, said, flags=re.S)


def risen(said, page):
    "Headings before the first of the second level rise to it: levels go one by one."
    def rise(line):
        if line.startswith('## '): page['second'] = True
        return line[1:] if line.startswith('### ') and not page.get('second') else line
    fenced, lines = False, said.split('\n')
    for i, line in enumerate(lines):
        if re.match(r'(```|~~~)', line): fenced = not fenced
        elif not fenced: lines[i] = rise(line)
    return '\n'.join(lines)


def drawings(said):
    "Drawings in letters know how wide they are, so that styles.css can make them fit."
    lines, fence, opened = said.split('\n'), None, 0
    for i, line in enumerate(lines):
        m = re.match(r'(```+|~~~+) *(\S*) *$', line)
        if m and not fence: fence, opened, kind = m[1], i, m[2]
        elif m and fence == m[1] and not m[2]:
            if kind in ('', 'text'): lines[opened] = f'{fence} {{.text style="--columns:{max(map(len, lines[opened + 1:i]), default=1)}"}}'
            fence = None
    return '\n'.join(lines)


def columns(tex):
    "About how wide a formula is, in digits."
    tex = re.sub(r'\\(?:text|mathrm|operatorname|mathit)\s*\{([^}]*)\}', lambda m: 'x'*len(m[1]), tex)
    tex = re.sub(r'\\qquad', 'xxxx', re.sub(r'\\quad', 'xx', re.sub(r'\\(?:bar|hat|left|right|limits|nolimits|[,;!])', '', tex)))
    tex = re.sub(r'\\[a-zA-Z]+', 'xx', tex)
    small = sum(len(a or b) for a, b in re.findall(r'[_^](?:\{([^{}]*)\}|(\w))', tex))
    return len(re.sub(r'[\s{}_^&]', '', tex)) - .35*small


def formula(m):
    "A formula by itself: over several lines where it is long, and no wider than a phone."
    if not m[3]: return m[0]
    parts, inner = re.split(r'\\qquad', m[3].strip()), m[3].strip()
    plain = not re.search(r'\\begin|\\\\', inner)
    if plain and len(parts) > 1 and columns(inner) > 44: inner = '\\begin{gathered}' + r' \\ '.join(p.strip() for p in parts) + '\\end{gathered}'
    else: parts = re.split(r'\\\\', inner)
    return f'::: {{.formula style="--columns:{max(map(columns, parts)):.0f}"}}\n$${inner}$$\n:::'


def formulas(said): return re.sub(r'^(```+|~~~+)(.*?^\1) *$|^\$\$(.+?)\$\$ *$', formula, said, flags=re.M | re.S)


def said_well(said, where):
    "Markdown as the site wants it."
    said = re.sub(r'^\*Call self as a function\.\*$', '', said, flags=re.M) # where a comment behind `)` says it
    said = re.sub(r'^\[source\]\([^)]*\)(\{[^}]*\})?\n+', '', said, flags=re.M)
    said = re.sub(r'\\tag\{([^}]*)\}', r'\\qquad \\text{(\1)}', said) # pandoc's MathML knows no \tag
    return drawings(formulas(pointed(said, where)))


def mend(page, where):
    "The page, a dict, as the site wants it; `where` is {name: address, seen from this page}."
    seen = {} # of this page, so far
    for c in page['cells']:
        if c['cell_type'] == 'markdown': c['source'] = risen(said_well(text(c['source']), where), seen)
        elif c['cell_type'] == 'code': c['source'] = re.sub(r'^#\| code-fold: show$', '#| code-fold: true', text(c['source']), flags=re.M)
        for o in c.get('outputs', []):
            data = o.get('data', {})
            if 'image/svg+xml' in data: data['text/html'] = text(data.pop('image/svg+xml')) # as a file, it would have no words
            if 'text/markdown' in data: data['text/markdown'] = risen(said_well(text(data['text/markdown']), where), seen)
            if 'text/html' in data: data['text/html'] = pictures(re.sub(r'<table\b.*?</table>', lambda m: table(m[0]), text(data['text/html']), flags=re.S), seen)
    return page
