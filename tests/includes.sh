#!/usr/bin/env bash
# Checks who includes whom (CONTRIBUTING.md, "Include rules"). Prints each include that breaks a rule.
set -u

bad=0

# rule FILES-PATTERN FORBIDDEN-PATTERN WHY: no file that matches the first includes what matches the second.
rule() {
    local found
    found=$(find bench strategies tests -name '*.[ch]' | sort | grep -E "$1" | xargs -r grep -nE "^#include \"($2)" /dev/null)
    if [ -n "$found" ]; then
        printf '%s\n    -- %s\n' "$found" "$3"
        bad=1
    fi
}

rule '^bench/base/' '(bench/(analyse|cli|report|work|[a-z_]+\.h)|strategies/)' 'base knows nothing of the project'
rule '^bench/work/' '(bench/(analyse|cli|report|[a-vx-z][a-z_]*\.h)|strategies/)' 'a work knows work.h and base'
rule '^bench/key\.' '(bench/(analyse|cli|report|[a-jl-z][a-z_]*\.h)|strategies/)' 'keys know base'
rule '^bench/(work|batch)\.' '(bench/(analyse|cli|report|cell|plan|visit|measure|samples|suite)|strategies/)' 'works and batches know base'
rule '^strategies/' 'bench/(analyse|cli|report|cell|plan|visit|measure|samples|suite|host|conditions)' 'strategies know work.h, batch.h and base'
rule '^bench/(plan|suite|asked|samples|begun)\.' 'bench/(analyse|cli|report|visit|measure|host|conditions)' 'plan and samples stand before measuring'
rule '^bench/(cell|parent|neighbours|wire|visit|canary)\.' 'bench/(analyse|cli|report|host|conditions)' 'visits know nothing of analysis and output'
rule '^bench/(steer(_[a-z]+)?|measure)\.' 'bench/(analyse/(speedup|visits|compar)|cli|report|host|conditions)' 'measuring is steered by arithmetic and knows nothing of output'
rule '^bench/floors\.' 'bench/(analyse/(compar|crossover|disturbed|law|payload|speedup|visits)|cli|report|cell|plan|visit|measure|samples|suite|host|conditions)' 'floors know of analysis its statistics alone'
rule '^bench/overheads\.' 'bench/(analyse/(compar|crossover|law|payload|speedup|visits)|cli|report|samples|suite|host|conditions)' 'overheads know of analysis what runs leave out, and statistics'
rule '^bench/counter\.' '(bench/(analyse|cli|report|work|canary|cell|conditions|[abd-z][a-z_]*\.h)|strategies/)' 'counters know base'
rule '^bench/instructions\.' 'bench/(analyse/(compare|crossover|disturbed|law|payload|selftest|speedup|visits)|cli|report|samples|suite|host|conditions)' 'counting knows of analysis what it says of counts'
rule '^bench/trace\.' 'bench/(analyse/[a-su-z]|cli|report|cell|plan|visit|measure|samples|suite|host|conditions)' 'traces know batches and strategies, and of analysis what a timeline is'
rule '^bench/steer(_[a-z]+)?\.' 'bench/(visit|measure|samples|base/clock)' 'the steering is pure'
rule '^bench/conditions\.' '(bench/(analyse|cli|report|work|[abd-z][a-z_]*\.h)|strategies/)' 'conditions know base'
rule '^bench/analyse/' '(bench/(cli|report|cell|plan|visit|measure|batch|work|suite|host|conditions)|strategies/)' 'analysis knows samples'
rule '^bench/report/' 'bench/(cli|cell|plan|visit|measure|suite|batch)' 'reports know analysis'
rule '^bench/report/export' 'bench/report/(gnuplot|picture|report|scene|table)\.' 'exports know rows alone'
rule '^(bench|strategies)/' 'tests/' 'the product knows no test'

# Only main.c ends the program; _exit is for children.
found=$(find bench strategies -name '*.c' | sort | grep -v '^bench/main.c$' |
    xargs grep -nE '(^|[^_a-z])(exit|abort|perror)\(' /dev/null)
if [ -n "$found" ]; then
    printf '%s\n    -- only main.c exits\n' "$found"
    bad=1
fi

exit $bad
