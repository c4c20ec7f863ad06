"The card that other sites show beside a link to this one: nbs/images/card.png, from the logo and the map of the home page."
import json, re, sys
from pathlib import Path
import vl_convert

nbs = Path(__file__).resolve().parent.parent/'nbs'
WORDS = ['Place the layers of CNNs on small boards', 'so that decisions come soonest, with proof.']


def text(value): return value if isinstance(value, str) else ''.join(value or '')


def inner(svg, x, y, width):
    "A drawing within another, `width` wide."
    box = re.search(r'viewBox="([^"]+)"', svg)[1]
    return f'<svg x="{x}" y="{y}" width="{width}" height="{width*float(box.split()[3])/float(box.split()[2]):.0f}" viewBox="{box}">' + re.sub(r'^.*?<svg[^>]*>', '', svg, flags=re.S)


def card():
    outs = [o for c in json.loads((nbs/'index.ipynb').read_text())['cells'] for o in c.get('outputs', [])]
    drawn = next(text(o['data']['image/svg+xml']) for o in outs if 'image/svg+xml' in o.get('data', {}))
    lines = ''.join(f'<text x="70" y="{205 + 46*k}" font-family="sans-serif" font-size="36" fill="#1b2733">{w}</text>' for k, w in enumerate(WORDS))
    return ('<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="1200" height="630"><rect width="1200" height="630" fill="#fff"/>'
            f'<rect width="1200" height="14" fill="#0072B2"/>{inner((nbs/"images/logo.svg").read_text(), 66, 66, 380)}{lines}{inner(drawn, 60, 300, 1080)}<rect y="592" width="1200" height="38" fill="#fff"/></svg>')


if __name__ == '__main__':
    (nbs/'images/card.png').write_bytes(vl_convert.svg_to_png(card()))
