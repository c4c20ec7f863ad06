"""A rendered site that asks nobody for anything: what Quarto adds to pages with output in HTML, require.js and jQuery, is taken out; the rest is checked.

    python .ci/offline.py FOLDER"""
import re, sys
from pathlib import Path

SCRIPTS = r'<script[^>]*src="https?://[^"]*(?:require(?:\.min)?|jquery(?:\.min)?)\.js"[^>]*></script>\s*|<script[^>]*>\s*define\(\'jquery\'.*?</script>\s*'
ASKS = r'<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc="((?:https?:)?//[^"]+)"|<link\b(?=[^>]*rel="(?:stylesheet|preload|preconnect|icon|modulepreload)")[^>]*\bhref="((?:https?:)?//[^"]+)"'
CSS = r'@import\s+(?:url\()?["\']?((?:https?:)?//[^"\')\s]+)|url\(["\']?((?:https?:)?//[^"\')]+)'


def strip(page): return re.sub(SCRIPTS, '', page, flags=re.S)
def asks(said, pattern): return [a or b for a, b in re.findall(pattern, said)]


def check(site):
    "What pages and styles would ask other hosts for."
    for p in sorted(site.rglob('*.html')):
        said = p.read_text()
        if (clean := strip(said)) != said: p.write_text(clean)
        styles = '\n'.join(re.findall(r'<style\b.*?</style>', clean, re.S))
        yield from (f'{p.relative_to(site)}: asks for {url}' for url in asks(clean, ASKS) + asks(styles, CSS))
    for p in sorted(site.rglob('*.css')): yield from (f'{p.relative_to(site)}: asks for {url}' for url in asks(p.read_text(), CSS))


if __name__ == '__main__':
    if wrong := list(check(Path(sys.argv[1]))): sys.exit('\n'.join(wrong))
    print('no page asks for anything from elsewhere')
