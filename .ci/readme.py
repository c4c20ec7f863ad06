"README.md from nbs/index.ipynb, pictures beside it; with --check, fail where they differ."
import json, re, sys
from pathlib import Path

root = Path(__file__).resolve().parent.parent


def text_of(value): return ''.join(value)


def output(o, pictures):
    "One output as markdown; a picture goes to a file of its own."
    data = o.get('data', {})
    if 'image/svg+xml' in data:
        name = f'nbs/images/index-{len(pictures) + 1}.svg'
        pictures[name] = text_of(data['image/svg+xml']) + '\n'
        return f'![]({name})'
    text = text_of(o.get('text') or data.get('text/plain', ''))
    return '\n'.join('    ' + line if line else '' for line in text.rstrip().split('\n'))


def render():
    "The files that index.ipynb stands for, by path."
    parts, pictures = ['<!-- Made from nbs/index.ipynb by .ci/readme.py: edit the notebook. -->'], {}
    for cell in json.loads((root/'nbs/index.ipynb').read_text())['cells']:
        source = text_of(cell['source'])
        if cell['cell_type'] == 'markdown': parts.append(re.sub(r'\]\((?!https?:|#)([^)]+)\)', r'](nbs/\1)', source).replace('~~~', '```'))
        elif '#| hide' not in source:
            if '#| echo: false' not in source: parts.append(f'```python\n{source}\n```')
            parts += [output(o, pictures) for o in cell['outputs']]
    return {'README.md': '\n\n'.join(parts) + '\n', **pictures}


files = render()
if '--check' in sys.argv:
    stale = [p for p, text in files.items() if not (root/p).exists() or (root/p).read_text() != text]
    if stale: sys.exit(f"not equal to nbs/index.ipynb: {', '.join(stale)}; run python .ci/readme.py")
else:
    for p, text in files.items():
        (root/p).parent.mkdir(parents=True, exist_ok=True)
        (root/p).write_text(text)
