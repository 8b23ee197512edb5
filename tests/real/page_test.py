"""The page of a report in a browser: whole at 400 pixels, readable in light and in dark, without an error."""

import html
import json
import re
import shutil
import subprocess
import unittest

from support.programs import RealTest
from support.relay import Relay

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
SECONDS = 300   # far beyond what a browser takes on a busy machine
NARROW = 400    # pixels

SCENARIO = """
name: a page
about: A sentence that is longer than a narrow screen is wide, and so has to go on in a second line, and in a third one.
dut: {{address: {address}, port: {port}, as: 64999, route_server: true}}
peers:
  - {{name: senders, count: 2, as: 65001, routes: 'range:10.0.0.0/24x4k', divided: true}}
  - {{name: receivers, count: 2, as: 64601, as_step: 0}}
phases: [connect, announce, wait, withdraw, wait]
thresholds: [missing == 0, convergence.p99 < 0.001ms]
"""

# In the page's own frame: what is wider than the screen, and text whose contrast is below AA (WCAG 2.1, success criterion 1.4.3).
LOOK = """
function channel(value) { value /= 255; return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4); }
function luminance(color) { return 0.2126 * channel(color[0]) + 0.7152 * channel(color[1]) + 0.0722 * channel(color[2]); }
function parse(text) { const found = text.match(/[\\d.]+/g).map(Number); return found.length == 3 ? [...found, 1] : found; }
function over(top, below) { return [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1); }
addEventListener('load', () => {
    const frame = document.querySelector('iframe'), page = frame.contentDocument, view = frame.contentWindow;
    const poor = [];
    const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || element.closest('svg') || element.closest('style')) continue;
        const layers = [];
        for (let at = element; at; at = at.parentElement) layers.push(parse(view.getComputedStyle(at).backgroundColor));
        let below = [255, 255, 255, 1];
        for (const layer of layers.reverse()) below = over(layer, below);
        const style = view.getComputedStyle(element), front = over(parse(style.color), below);
        const pair = [luminance(front), luminance(below)].sort((a, b) => b - a);
        const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
        const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && parseInt(style.fontWeight) >= 700);
        if (contrast < (large ? 3 : 4.5)) poor.push([walker.currentNode.data.trim().slice(0, 40), contrast.toFixed(2)]);
    }
    const wide = [...page.querySelectorAll('body *')].filter(each => !each.closest('.scroll, figure') && each.getBoundingClientRect().right > WIDTH)
        .map(each => each.tagName + ' ' + each.className + ': ' + each.textContent.slice(0, 40));
    const result = {width: page.documentElement.scrollWidth, wide, poor, paper: view.getComputedStyle(page.body).backgroundColor,
                    texts: page.body.textContent.length};
    document.body.innerHTML = '';
    document.body.textContent = JSON.stringify(result);
});
"""


@unittest.skipUnless(BROWSER, "no chromium here")
class PageOnce(RealTest):
    def page(self, *words):
        self.run_loadgen(*words, "--quiet", "--html", self.path("page.html"), status=99 if words[0] == "run" else 0)
        with open(self.path("page.html")) as file:
            return file.read()

    def a_run(self):
        relay = Relay(self.address, 64999, [64601])
        self.addCleanup(relay.stop)
        address, port = relay.endpoint.rsplit(":", 1)
        with open(self.path("scenario.yaml"), "w") as file:
            file.write(SCENARIO.format(address=address, port=port))
        return self.page("run", self.path("scenario.yaml"))

    def look_at(self, page, dark):
        with open(self.path("frame.html"), "w") as file:
            file.write('<!doctype html><meta charset="utf-8"><body style="margin:0"><iframe style="border:0;width:%dpx;height:4000px" srcdoc="%s">'
                       '</iframe><script>%s</script></body>' % (NARROW, html.escape(page), LOOK.replace("WIDTH", str(NARROW))))
        # 0 is dark, 1 light: what a person's system says of itself.
        done = subprocess.run([BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=" + self.path("browser"), "--enable-logging=stderr",
                               "--blink-settings=preferredColorScheme=%d" % (0 if dark else 1), "--virtual-time-budget=10000", "--dump-dom",
                               "file://" + self.path("frame.html")],
                              capture_output=True, text=True, timeout=SECONDS)
        self.assertEqual(re.findall(r".*CONSOLE.*", done.stderr), [])
        return json.loads(html.unescape(re.search(r"<body[^>]*>(\{.*\})", done.stdout, re.S)[1]))

    def is_readable(self, page):
        papers = set()
        for dark in (False, True):
            seen = self.look_at(page, dark)
            self.assertGreater(seen["texts"], 500)   # it is the page
            self.assertEqual((seen["wide"], seen["poor"]), ([], []), "dark" if dark else "light")
            self.assertLessEqual(seen["width"], NARROW)
            papers.add(seen["paper"])
        self.assertEqual(len(papers), 2)   # one for each scheme

    def test_of_a_run(self):
        self.is_readable(self.a_run())

    def test_of_an_injection(self):
        self.is_readable(self.page("inject", "--peers", "3", "--routes", "range:10.0.0.0/24x1k"))


if __name__ == "__main__":
    unittest.main()
