"""Learning a portal: from what it handed out, took and reported to a profile that extends ours."""
