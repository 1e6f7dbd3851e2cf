"""Writes the executed notebooks as linked pages that need no script, for any place that hosts files.

    .venv/bin/python scripts/site.py [OUT [ROOT]]

OUT, dist/site if not given, is made anew. The first page is the map, notebooks/README.md of ROOT, the clone if not
given. What the notebooks and the map link to comes along, and what that links to: notebooks, Markdown and source files as
pages, pictures as they are; a link to anything else inside the clone becomes plain text. Formulas are MathML, figures stay
inside their page, and the colours follow the reader's theme. The exit status is 1 if a link leads nowhere, or if a
notebook holds what would not be seen without a script.
"""

import base64
import html
import posixpath
import re
import shutil
import sys
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import nbformat
from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

CLONE = Path(__file__).resolve().parent.parent
MAP = "notebooks/README.md"
SOURCES = {".go": "go", ".py": "python", ".mk": "make", ".txt": "text"}
PICTURES = {".svg", ".png"}
LONGEST = 100_000  # bytes of a source file that comes along

LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', re.S)
PICTURE = re.compile(r'(<(?:img|source) [^>]*?(?:src|srcset)=")([^"]*)(")')
SCRIPT = re.compile(r"<(script|iframe|object|embed)\b|<\w[^>]* on\w+=", re.I)


def main():
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else CLONE / "dist/site"
    root = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else CLONE
    site = Site(root)
    problems = site.build()
    if problems:
        sys.exit("\n".join(f"site: {p}" for p in problems))
    size = site.write(out)
    external = len(site.external)
    print(f"site: {len(site.pages)} pages, {size / 1e6:.1f} MB, {external} links to other places: {out}/index.html")


class Site:
    """The pages by the path of what they show in the clone, and the pictures beside them."""

    def __init__(self, root):
        self.root = root
        self.notebooks = sorted(f"notebooks/{p.name}" for p in (root / "notebooks").glob("[0-9]*.ipynb"))
        self.titles = {}
        self.pages = {}
        self.pictures = set()
        self.external = set()
        self.problems = []

    def build(self):
        """Makes all pages, and returns what is wrong with them, a sentence each."""
        waiting, wanted = [MAP, *self.notebooks], []
        while waiting:
            path = waiting.pop(0)
            if path in self.pages:
                continue
            links = []
            unknown.clear()
            text = LINK.sub(lambda m: self.link(path, m, links), self.body(path))
            self.pages[path] = PICTURE.sub(lambda m: self.picture(path, m), text)
            self.titles[path] = title(text, path)
            self.problems += [f"{path}: a formula is not understood: {tex}" for tex in unknown]
            waiting += [target for target, _, _ in links]
            wanted += [(path, *link) for link in links]
        for path, target, at, link in wanted:
            if at and f'id="{html.escape(at)}"' not in self.pages[target]:
                self.problems.append(f"{path}: {link}: there is no #{at} in {target}")
        for path, text in self.pages.items():
            if found := SCRIPT.search(text):
                self.problems.append(f"{path}: {found[0][:60]!r} would not be seen without a script")
        return self.problems

    def body(self, path):
        place = self.root / path
        if path.endswith(".ipynb"):
            return notebook(nbformat.read(place, as_version=4))
        if path.endswith(".md"):
            return markdown(place.read_text())
        code = coloured(place.read_text(), SOURCES[place.suffix])
        return f"<h1><code>{html.escape(path)}</code></h1>\n{code}"

    def link(self, path, match, links):
        """Points a link at a page, and notes it in links; a link that no page answers becomes its text."""
        link, text = html.unescape(match[1]), match[2]
        parts = urlsplit(link)
        if parts.scheme in ("http", "https", "mailto"):
            self.external.add(link)
            return match[0]
        target = self.target(path, parts.path)
        if target is None:
            self.problems.append(f"{path}: {link} leads nowhere")
            return text
        place = self.root / target
        if place.suffix in PICTURES:
            self.pictures.add(target)
            return f'<a href="{relative(path, target)}">{text}</a>'
        if target == "notebooks":
            target = MAP
        elif place.suffix not in (".ipynb", ".md") and not (
            place.suffix in SOURCES and place.stat().st_size < LONGEST
        ):
            return text
        at = f"#{quote(unquote(parts.fragment))}" if parts.fragment else ""
        links.append((target, unquote(parts.fragment), link))
        return f'<a href="{"" if target == path and at else relative(path, page(target))}{at}">{text}</a>'

    def picture(self, path, match):
        link = html.unescape(match[2])
        if link.startswith("data:"):
            return match[0]
        target = self.target(path, urlsplit(link).path)
        if urlsplit(link).scheme or target is None:
            self.problems.append(f"{path}: the picture {link} is not in the clone")
            return match[0]
        self.pictures.add(target)
        return f"{match[1]}{relative(path, target)}{match[3]}"

    def target(self, path, link):
        """The path in the clone of what a page links to; None if there is nothing."""
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(link))) if link else path
        return target if not target.startswith("..") and (self.root / target).exists() else None

    def write(self, out):
        shutil.rmtree(out, ignore_errors=True)
        files = {page(path): self.page(path, body).encode() for path, body in self.pages.items()}
        files["style.css"] = ((CLONE / "scripts/site.css").read_text() + colours()).encode()
        files |= {p: (self.root / p).read_bytes() for p in self.pictures}
        for name, content in files.items():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(content)
        return sum(map(len, files.values()))

    def page(self, path, body):
        up = relative(path, "style.css")
        near = [(word, self.notebooks[k]) for word, k in self.neighbours(path)]
        links = [f'<a href="{relative(path, page(p))}">{word}{html.escape(self.titles[p])}</a>' for word, p in near]
        home = "" if path == MAP else f'<nav><a href="{relative(path, page(MAP))}">Kindred: all notebooks</a></nav>'
        foot = f"<nav>{''.join(links)}</nav>" if links else ""
        kind = "notebook" if path.endswith(".ipynb") else "text"
        return (
            f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f'<meta name="color-scheme" content="light dark">\n'
            f"<title>{html.escape(self.titles[path])}</title>\n"
            f'<link rel="stylesheet" href="{up}">\n</head>\n<body class="{kind}">\n{home}\n<main>\n{body}\n</main>\n{foot}\n'
            f"</body>\n</html>\n"
        )

    def neighbours(self, path):
        if path not in self.notebooks:
            return [("Start: ", 0)] if path == MAP and self.notebooks else []
        at = self.notebooks.index(path)
        return [(word, k) for word, k in (("← ", at - 1), ("→ ", at + 1)) if 0 <= k < len(self.notebooks)]


def page(path):
    """The place of a page in the site."""
    if path == MAP:
        return "index.html"
    return re.sub(r"\.(ipynb|md)$", "", path) + ".html"


def relative(path, target):
    """The link from the page of a path to a place in the site."""
    return quote(posixpath.relpath(target, posixpath.dirname(page(path)) or "."))


def title(text, path):
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.S)
    return html.unescape(re.sub(r"<[^>]*>", "", heading[1])).strip() if heading else path


def notebook(nb):
    parts = []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            parts.append(f'<span id="cell-id={html.escape(cell.id)}"></span>{markdown(cell.source)}')  # as JupyterLab names it
        elif cell.cell_type == "code":
            outputs = "".join(map(output, cell.outputs))
            parts.append(f'<div class="cell">{coloured(cell.source, "go")}{outputs}</div>')
    return "\n".join(parts)


def output(o):
    data = o.get("data", {})
    if "text/html" in data:
        return f'<div class="out">{fitted(data["text/html"])}</div>'
    if "text/markdown" in data:
        return f'<div class="out">{markdown(data["text/markdown"])}</div>'
    text = o.get("text") or data.get("text/plain") or "\n".join(o.get("traceback", []))
    return f'<pre class="out">{html.escape(text)}</pre>' if text.strip() else ""


def markdown(text):
    text = MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True)).render(text)
    return fitted(text).replace("<table>", '<div class="table"><table>').replace("</table>", "</table></div>")


class Renderer(IPythonRenderer):
    """Formulas become MathML, and a heading has the names by which JupyterLab and Markdown link to it."""

    def heading(self, text, level, **attributes):
        words = html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", text))
        jupyter = words.replace(" ", "-")
        plain = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        also = f'<span id="{html.escape(plain)}"></span>' if plain != jupyter else ""
        return f'<h{level} id="{html.escape(jupyter)}">{also}{text}</h{level}>\n'

    def inline_math(self, body):
        return mathml(body, "inline")

    def block_math(self, body):
        return mathml(body, "block")

    def latex_environment(self, name, body):
        return mathml(rf"\begin{{{name}}}{body}\end{{{name}}}", "block")


AFTER = r"(<mo[^>]*>(?!&#x00029;|&#x0005D;|&#x0007C;|&#x0007D;)[^<]*</mo>|<mspace[^>]*/>|<mrow>)"
FUNCTIONS = "log|exp|sin|cos|tan|max|min|var|argmin|argmax"


unknown = []  # formulas of the page at hand


def mathml(tex, display):
    """Formulas as MathML: a sign stands close to its number, a function's name off its argument."""
    text = convert(tex.strip(), display=display)
    if re.search(r"\\[A-Za-z]", text):
        unknown.append(tex)
    text = text.replace("<mi>;</mi>", "<mo>;</mo>")
    text = re.sub(rf"(<m[io]>(?:{FUNCTIONS})</m[io]>)(?=<m(?:i|sub|sup|subsup|frac|n)>)", r'\1<mspace width="0.17em" />', text)
    text = re.sub(rf"(</m(?:i|n|sub|sup|subsup|frac)>)(<m[io]>(?:{FUNCTIONS})</m[io]>)", r'\1<mspace width="0.17em" />\2', text)
    text = re.sub(AFTER + r"<mo>(?=&#x02212;</mo>)", r'\1<mo form="prefix">', text)
    return f'<div class="formula">{text}</div>' if display == "block" else text


FIGURE = re.compile(r'<img (?=[^>]*src="data:image/svg\+xml;base64,([^"]{0,1200}))')


def fitted(text):
    """Gives figures the least width at which their letters can be read: on a narrow screen they scroll."""

    def wide(match):
        head = base64.b64decode(match[1][: len(match[1]) // 4 * 4]).decode(errors="ignore")
        width = re.search(r'<svg[^>]*? width="([\d.]+)(pt|in|px)?"', head)
        if not width:
            return match[0]
        pixels = float(width[1]) * {"pt": 96 / 72, "in": 96}.get(width[2], 1)
        return f'<img class="figure" width="{pixels:.0f}" '

    return FIGURE.sub(wide, text)


def coloured(code, language):
    return highlight(code, get_lexer_by_name(language), HtmlFormatter(cssclass="code", wrapcode=True))


def colours():
    """The colours of code in both themes."""
    light = HtmlFormatter(style="friendly").get_style_defs(".code")
    dark = HtmlFormatter(style="github-dark").get_style_defs(".code")

    def tokens(text):
        lines = (line for line in text.splitlines() if re.match(r"\.code \.", line))
        return "\n".join(line for line in lines if not re.match(r"\.code \.(err|w) ", line) and "background" not in line)

    return f"\n{tokens(light)}\n@media (prefers-color-scheme: dark) {{\n{tokens(dark)}\n}}\n"


if __name__ == "__main__":
    main()
