# `make` prints the targets. Everything runs in .venv; options go on the line: make demo PORT=8080
.DEFAULT_GOAL := help
.PHONY: help install demo demo-reset test quick lint docs pictures

help:          ## this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

install:       ## the packages that the product needs, into .venv
	@tools/install run

demo: install  ## the service with its people and its outside world (PORT=8000 HOST=127.0.0.1)
	@PERMIS_MODE=demo exec .venv/bin/permis serve --people

demo-reset:    ## forget the demo's data
	@tools/demo-reset

test:          ## everything: lint, SQLite, PostgreSQL, browser stories, crash drill
	@tools/install test && exec .venv/bin/python tools/test.py

quick:         ## rules, house and stages on SQLite, in a minute
	@tools/install test && exec .venv/bin/python tools/test.py quick

lint:          ## style, types, who may import whom, migrations, fresh docs
	@tools/install test && exec .venv/bin/python tools/test.py lint

docs:          ## write docs/generated from the tables
	@tools/install test && exec .venv/bin/python tools/docs.py

pictures:      ## the screenshots of the docs
	@tools/install test && exec .venv/bin/python tools/pictures.py

bench-%:       ## a measure, into out/bench-NAME.json (LONG=1: the published figures)
	@tools/install test && exec .venv/bin/python -m bench.$(subst -,_,$*)

proof-%:       ## a drill that breaks things, into out/proof-NAME.json (LONG=1: the published figures)
	@tools/install test && exec .venv/bin/python -m proof.$(subst -,_,$*)
