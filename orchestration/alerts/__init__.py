"""Short messages when a run fails or a figure passes a threshold of the user's: by mail, and to a webhook with a signed body.

`message` is what is said, `channels` how it leaves, `sent` what left before, `thresholds` which figures are told of.
"""
