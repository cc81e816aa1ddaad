"""Wordings of headlines and of the first sentence of a lead: seven each, so that by the day's ordinal none returns within a week.

What does not belong here: when they are said (liquidations.py, coverage.py, market.py).
"""

ONE_SIDED = (
    "At least {total} liquidated, {share} of it [sides], as {asset} [moved] {extreme}",
    "{share} [sides] in at least {total} of liquidations, as {asset} [moved] {extreme}",
    "{asset} [moved] {extreme} while at least {total} was liquidated, {share} of it [sides]",
    "At least {total} in liquidations, {share} [sides], while {asset} [moved] {extreme}",
    "As {asset} [moved] {extreme}, at least {total} was liquidated: {share} [sides]",
    "Liquidations reach at least {total}, {share} [sides]; {asset} [moved] {extreme}",
    "{asset} [moved] {extreme}, and liquidations came to at least {total}, {share} [sides]",
)
AGGREGATED = (
    "{venues}' aggregate puts {assets} liquidations at {total} or more, {long_share} long",
    "At least {total} of {assets} liquidated, {long_share} long, in {venues}' aggregate",
    "{long_share} long: {assets} liquidations of at least {total} in {venues}' aggregate",
    "In {venues}' aggregate, at least {total} of {assets} was liquidated, {long_share} long",
    "{assets}: at least {total} liquidated in {venues}' aggregate, {long_share} long",
    "{venues}' aggregate has {assets} liquidations of no less than {total}, {long_share} long",
    "{assets} liquidations of at least {total}, {long_share} long, in {venues}' aggregate",
)
TWO_SIDED = (
    "Both sides liquidated: {long} of longs and {short} of shorts, at least {total} together",
    "Longs {long}, shorts {short}: at least {total} liquidated",
    "Liquidations on both sides reach at least {total}: longs {long}, shorts {short}",
    "Neither side spared: {long} of longs and {short} of shorts in at least {total} liquidated",
    "At least {total} liquidated, longs and shorts alike: {long} and {short}",
    "Longs and shorts both liquidated, {long} and {short}: at least {total} in all",
    "At least {total} liquidated on both sides: {long} of longs, {short} of shorts",
)
NEW_POSITIONS = (
    "{asset} [moved] {close} as its open interest rose by {oi} in coin; at least {total} liquidated",
    "Open interest in {asset} rose by {oi} in coin as it [moved] {close}, with at least {total} liquidated",
    "As open interest in {asset} rose by {oi} in coin, it [moved] {close}; liquidations came to at least {total}",
    "{asset} [moved] {close}; its open interest rose by {oi} in coin, and at least {total} was liquidated",
    "Open interest in {asset} rose by {oi} in coin while it [moved] {close}; at least {total} liquidated",
    "With open interest that rose by {oi} in coin, {asset} [moved] {close}; at least {total} liquidated",
    "At least {total} liquidated as {asset} [moved] {close} and its open interest rose by {oi} in coin",
)
RALLY_WITHOUT_LEVERAGE = (
    "{asset} rose to {close} while open interest did not grow; at least {total} liquidated",
    "Open interest did not grow as {asset} rose to {close}, with at least {total} liquidated",
    "{asset} rose to {close} without new leverage; liquidations came to at least {total}",
    "Without new leverage, {asset} rose to {close}; at least {total} liquidated",
    "A rise of {asset} to {close} that open interest did not follow; at least {total} liquidated",
    "{asset} rose to {close}, and open interest did not follow; at least {total} was liquidated",
    "At least {total} liquidated as {asset} rose to {close} and open interest did not follow",
)
DRAWDOWN_WITHOUT_LIQUIDATIONS = (
    "{asset} fell to {low} with little liquidated, at least {total}",
    "Little was liquidated, at least {total}, as {asset} fell to {low}",
    "{asset} fell to {low}; of liquidations there were few, at least {total}",
    "With few liquidations, at least {total}, {asset} fell to {low}",
    "{asset} as low as {low}, and little liquidated: at least {total}",
    "A fall of {asset} to {low} without much liquidated: at least {total}",
    "At least {total} liquidated, which is little for a fall of {asset} to {low}",
)
QUIET = (
    "{asset} closed at {close} on a quiet day, with at least {total} liquidated",
    "Little forced selling or buying: at least {total} liquidated, {asset} at {close}",
    "At least {total} liquidated on a quiet day that {asset} ended at {close}",
    "{asset} ended a quiet day at {close}; liquidations came to at least {total}",
    "Quiet hours for {asset}, closing at {close}, with at least {total} liquidated",
    "Little was liquidated, at least {total}, and {asset} closed at {close}",
    "A quiet day: at least {total} liquidated, {asset} closed at {close}",
)
PLAIN = (
    "Liquidations of at least {total}: {long} of longs and {short} of shorts",
    "{long} of longs and {short} of shorts in at least {total} of liquidations",
    "Liquidations came to at least {total}, longs {long} and shorts {short}",
    "Longs {long} and shorts {short} in at least {total} liquidated",
    "Liquidated: {long} of longs and {short} of shorts, at least {total} in all",
    "At least {total} in liquidations, of longs {long} and of shorts {short}",
    "At least {total} liquidated: {long} of longs, {short} of shorts",
)
ONE_SIDE_ALONE = (
    "Liquidations of at least {total}, [sides] alone",
    "[Sides] alone were liquidated, for at least {total}",
    "Liquidations came to at least {total}, all of it [sides]",
    "All [sides]: at least {total} liquidated",
    "Liquidated: [sides] and nothing else, at least {total}",
    "At least {total} in liquidations, [sides] without exception",
    "At least {total} liquidated, all of it [sides]",
)
NONE = (
    "{asset} closed at {close}, with no liquidation reported in the data covered",
    "No liquidation in the data covered; {asset} ended the day at {close}",
    "{asset} ended the day at {close}; the data covered has no liquidation",
    "Where the data covers liquidations, none was reported; {asset} closed at {close}",
    "{asset} at {close}, and not one liquidation in the data covered",
    "Not one liquidation was reported in the data covered; {asset} closed at {close}",
    "No liquidation was reported where the data covers any; {asset} closed at {close}",
)
NONE_UNPRICED = (
    "Not one liquidation in the data covered",
    "The data covered has no liquidation",
    "Where the data covers liquidations, none was reported",
    "No liquidation in the data covered",
    "Of liquidations, none was reported in the data covered",
    "Not one liquidation was reported where the data covers any",
    "No liquidation was reported where the data covers any",
)
HOURS = (
    "[Said], in data for {seen} of {hours} hours only",
    "Only {seen} of {hours} hours have data: [said]",
    "With data for {seen} of {hours} hours, [said]",
    "{seen} of {hours} hours covered: [said]",
    "[Said] in the {seen} of {hours} hours covered",
    "Covered: {seen} of {hours} hours, with [said]",
    "Data for {seen} of {hours} hours only: [said]",
)
GAPS = (
    "[Said], by incomplete data",
    "On incomplete data, [said]",
    "Data with gaps: [said]",
    "[Said]; the data is incomplete",
    "The data is incomplete: [said]",
    "[Said], and gaps in the data",
    "Incomplete data: [said]",
)
UNCOVERED = (
    "Liquidations were not covered; {asset} closed at {close} after a low of {low}",
    "After a low of {low}, {asset} closed at {close}; liquidations were not covered",
    "{asset} ended at {close} after a low of {low}, on a day without data on liquidations",
    "Without data on liquidations: {asset} closed at {close} after a low of {low}",
    "No data on liquidations; {asset} closed at {close} after a low of {low}",
    "{asset} closed at {close}, its low {low}; liquidations were not covered",
    "{asset} closed at {close} after a low of {low}; liquidations were not covered",
)
LAST = (
    "{day}: what was covered, and what was not",
    "Little was covered on {day}",
    "Of {day}, little was covered",
    "What little was covered on {day}",
    "{day}, as far as it was covered",
    "A day with little data: {day}",
    "What was covered on {day}, and what was not",
)
LEAD = (
    "Reports from [where] add up to at least {total} liquidated in the UTC day of {day}, cut off at {cutoff:cutoff} UTC: [split].",
    "At least {total} was reported liquidated on [where] between the start of {day} and the cut-off at {cutoff:cutoff} UTC: [split].",
    "On [where], liquidations reported for the UTC day of {day} come to at least {total} by the cut-off at {cutoff:cutoff} UTC: [split].",
    "By its cut-off at {cutoff:cutoff} UTC, the UTC day of {day} had at least {total} reported liquidated on [where]: [split].",
    "Liquidations of at least {total} were reported on [where] for the UTC day of {day}, cut off at {cutoff:cutoff} UTC: [split].",
    "For the UTC day of {day}, cut off at {cutoff:cutoff} UTC, [where] reported liquidations of at least {total}: [split].",
    "In the UTC day of {day}, up to the cut-off at {cutoff:cutoff} UTC, at least {total} of positions was reported "
    "liquidated on [where]: [split].",
)
LEAD_AGGREGATED = (
    "{venues}' aggregate puts liquidations[scope] in the UTC day of {day}, cut off at {cutoff:cutoff} UTC, at {total} or more: [split].",
    "Liquidations[scope] come to at least {total} in {venues}' aggregate for the UTC day of {day}, cut off at "
    "{cutoff:cutoff} UTC: [split].",
    "For the UTC day of {day}, cut off at {cutoff:cutoff} UTC, {venues}' aggregate has liquidations[scope] of at least {total}: [split].",
    "By its cut-off at {cutoff:cutoff} UTC, the UTC day of {day} had liquidations[scope] of at least {total} in {venues}' "
    "aggregate: [split].",
    "In {venues}' aggregate, liquidations[scope] of the UTC day of {day}, cut off at {cutoff:cutoff} UTC, are at least {total}: [split].",
    "At least {total} is what {venues}' aggregate has of liquidations[scope] in the UTC day of {day}, cut off at "
    "{cutoff:cutoff} UTC: [split].",
    "On {day}, from the start of the UTC day to its cut-off at {cutoff:cutoff}, {venues}' aggregate puts liquidations[scope] at "
    "no less than {total}: [split].",
)
LEAD_NONE = (
    "The data of [expected] has no liquidation in the UTC day of {day}, cut off at {cutoff:cutoff} UTC.",
    "In the UTC day of {day}, up to the cut-off at {cutoff:cutoff} UTC, the data of [expected] has no liquidation.",
    "Up to the cut-off at {cutoff:cutoff} UTC of the UTC day {day}, no liquidation is in the data of [expected].",
    "For the UTC day of {day}, cut off at {cutoff:cutoff} UTC, not one liquidation is in the data of [expected].",
    "Not one liquidation is in the data of [expected] for the UTC day of {day}, cut off at {cutoff:cutoff} UTC.",
    "Between the start of {day} and the cut-off at {cutoff:cutoff} UTC, the data of [expected] has not one liquidation.",
    "No liquidation was reported in the UTC day of {day}, cut off at {cutoff:cutoff} UTC, in the data of [expected].",
)
LEAD_PRICE = (
    "In the UTC day of {day}, {asset} opened at {open} on {venue:venue}, [path].",
    "On {venue:venue}, {asset} opened the UTC day of {day} at {open}, [path].",
    "{asset} opened the UTC day of {day} at {open} on {venue:venue}, [path].",
    "In the UTC day of {day} on {venue:venue}, {asset} opened at {open}, [path].",
    "On {venue:venue}, {asset} opened at {open} in the UTC day of {day}, [path].",
    "On {day} (UTC), {asset} opened at {open} on {venue:venue}, [path].",
    "{asset} opened at {open} on {venue:venue} in the UTC day of {day}, [path].",
)
"""Where the price is told first; none begins as the sentence in `LEAD` of the same day does."""
LEAD_HOURS = (
    "Of {hours} clock hours of liquidations, the data covers {seen} ({span} UTC[on]); the other {unseen} [are] unknown.",
    "Liquidations are known for {seen} of {hours} clock hours ({span} UTC[on]); the other {unseen} [are] unknown.",
    "For {unseen} of {hours} clock hours, liquidations are unknown; the data covers {seen} ({span} UTC[on]).",
    "Data on liquidations is there for {seen} of {hours} clock hours ({span} UTC[on]); the other {unseen} [are] unknown.",
    "Covered are {seen} of {hours} clock hours of liquidations ({span} UTC[on]); the other {unseen} [are] unknown.",
    "Of liquidations, {seen} of {hours} clock hours are known ({span} UTC[on]); the other {unseen} [are] unknown.",
    "The data covers {seen} of {hours} clock hours of liquidations ({span} UTC[on]); the other {unseen} [are] unknown.",
)
LEAD_GAPS = (
    "The data on liquidations has gaps: not every venue expected to report was read for every hour.",
    "Not every venue expected to report liquidations was read for every hour.",
    "Of the venues expected to report liquidations, not every one was read for every hour.",
    "Coverage of liquidations is incomplete: some venues expected to report were not read for every hour.",
    "Some venues expected to report liquidations were not read for every hour, so the data has gaps.",
    "Gaps in the data come first: not every venue expected to report liquidations was read for every hour.",
    "Liquidations are covered incompletely: not every venue expected to report was read for every hour.",
)
LEAD_UNCOVERED = (
    "No source of liquidations was read for this day, and nothing here says whether there were any.",
    "For this day no source of liquidations was read; whether there were any is not known here.",
    "Whether there were liquidations is not known here: no source of them was read for this day.",
    "Liquidations of this day were not covered: no source of them was read, and nothing here says whether there were any.",
    "Nothing here says whether there were liquidations: no source of them was read for this day.",
    "Of liquidations this day has no data: no source of them was read, and nothing here says whether there were any.",
    "Liquidations were not covered: no source of them was read for this day, and nothing here says whether there were any.",
)
LEAD_UNCOUNTED = (
    "Liquidations were read and none could be counted: their instrument, their side or its price in USD is not known.",
    "None of the liquidations that were read could be counted, for want of a known instrument, side or price in USD.",
    "Of the liquidations that were read not one could be counted: instrument, side or price in USD is not known.",
    "How much was liquidated is not known here: no row that was read has a known instrument, side and price in USD.",
    "What was liquidated is not known here: of the rows read none has a known instrument, side and price in USD.",
    "No liquidation that was read could be counted, as instrument, side or price in USD is not known.",
    "Liquidations were read but not counted, since their instrument, side or price in USD is not known.",
)
