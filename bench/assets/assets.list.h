/* Every file that is built in, once: SUITE(name) is bench/suites/name.ini, PLOT(symbol, name) is
 * plots/name.gp, PAGE(symbol, name) is bench/report/page/name; TEMPLATE(symbol, name, path)
 * is what `breakeven new` writes; PYTHON(symbol, name) is strategies/runner/python/name. */
#ifdef SUITE
SUITE(default)
SUITE(quick)
SUITE(article)
SUITE(peers)
SUITE(regress)
SUITE(selftest)
SUITE(scaling)
SUITE(python)
SUITE(auto)
#endif
#ifdef PLOT
PLOT(style, "style")
PLOT(crossover, "crossover")
PLOT(speedup_size, "speedup-size")
PLOT(speedup_workers, "speedup-workers")
PLOT(speedup_hosts, "speedup-hosts")
PLOT(batch, "batch")
PLOT(overhead, "overhead")
PLOT(handover, "handover")
PLOT(time_size, "time-size")
PLOT(parent, "parent")
PLOT(payload, "payload")
PLOT(recycling, "recycling")
PLOT(timeline, "timeline")
#endif
#ifdef TEMPLATE
TEMPLATE(work, "new-work/work.c", "docs/examples/new-work/work.c")
TEMPLATE(work_makefile, "new-work/Makefile", "docs/examples/new-work/Makefile")
TEMPLATE(strategy, "new-strategy/strategy.c", "docs/examples/new-strategy/strategy.c")
TEMPLATE(strategy_makefile, "new-strategy/Makefile", "docs/examples/new-strategy/Makefile")
TEMPLATE(strategy_header, "breakeven/strategy.h", "include/breakeven/strategy.h")
TEMPLATE(work_header, "breakeven/work.h", "include/breakeven/work.h")
#endif
#ifdef PAGE
PAGE(css, "page.css")
PAGE(js, "page.js")
PAGE(model_js, "model.js")
PAGE(calculator_js, "calculator.js")
PAGE(calculator_html, "calculator.html")
#endif
#ifdef PYTHON
PYTHON(runner, "breakeven_runner.py")
PYTHON(protocol, "breakeven_protocol.py")
PYTHON(strategies, "breakeven_strategies.py")
PYTHON(works, "breakeven_works.py")
PYTHON(own, "breakeven_own.py")
PYTHON(texts, "breakeven_texts.py")
PYTHON(usage, "breakeven_usage.py")
#endif
