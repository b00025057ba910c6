"""Two drafts of one study that differ in every way that drafts do."""

FORM = """\
id: small
version: 1
title: A small form
items:
  country: {label: Country}
  design: {label: Design, type: choice, options: {survey: {label: Survey}, cohort: {label: Cohort}}}
  kinds: {label: Kinds, type: choices, options: {a: {label: A}, b: {label: B}, c: {label: C}}}
  participants:
    label: Participants
    type: part
    items:
      total: {label: Total, type: integer, unit: participants}
      age: {label: Age, type: mean}
  groups:
    label: Groups
    type: part
    repeats: true
    items:
      label: {label: Label}
      n: {label: n, type: integer}
  results:
    label: Results
    type: part
    repeats: true
    items:
      outcome: {label: Outcome, type: reference, refers_to: protocol.outcomes}
      group: {label: Group, type: reference, refers_to: groups}
      statement: {label: Statement}
      proportion: {label: Proportion, type: proportion}
"""
TOOL = """\
id: tool
version: 1
kind: appraisal
title: A tool
items:
  clear:
    label: 1. Clear?
    type: choice
    options: {'yes': {label: 'Yes', light: good}, 'no': {label: 'No', light: bad}}
  apt:
    label: 2. Apt?
    type: choice
    options: {'yes': {label: 'Yes', light: good}, 'no': {label: 'No', light: bad}}
"""
PROTOCOL = """\
title: T
form: small
extraction: {plan: two_apart, people: [ada, ben]}
appraisal: [tool]
outcomes: {later: Later offences}
questions: []
criteria: []
"""
ADA = """\
# yaml-language-server: $schema=../../small.schema.json
study: a-2014
form: small
reports: [r1]  # the article
basis: full_text
extracted_by: ada
sources: [{report: r1, page: "1"}]

answers:
  # what ada thought of the country
  country: Sweden
  design: survey  # see page 3
  kinds: [a, b]
  participants:
    total: {value: 264, sources: [{page: "12", quote: "264 juveniles"}]}
    age: {mean: 14.5, sd: 1.5}
  groups:
    - id: viewers
      label: Had viewed images
      n: 54
    # only ada saw this group
    - id: others
      label: All others
      n: 210
  results:
    - id: later
      outcome: later
      group: viewers
      statement: Fewer later offences
      proportion: {x: 5, n: 54, percent: 9.3}
appraisal:
  tool: {clear: yes, apt: yes}
"""
BEN = """\
study: a-2014
form: small
reports: [r1, r2]
basis: full_text
extracted_by: ben
sources: [{report: r2, page: "7"}]
answers:
  country: " sweden. "
  design: cohort
  kinds: [b, a]
  participants:
    total: 246
    age: {mean: 14.5, sd: 1.5, n: 246}
  groups:
    - id: g1
      label: Had viewed images
      n: 54
    - id: contact
      label: With contact offences
      n: 64
  results:
    - id: later
      outcome: later
      group: g1
      statement: Fewer offences followed
      proportion: {x: 5, n: 54}
appraisal:
  tool: {clear: no, apt: yes}
"""
