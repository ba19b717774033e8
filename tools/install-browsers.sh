#!/usr/bin/env bash
# Installs the browsers of the tests from Debian's packages, as root; does nothing where all of them are.
# A variable that points to another browser stands in for the package.
set -euo pipefail

missing=()
need() { # package, command, path of another one
	if [ -z "${3:-}" ] && ! command -v "$2" >/dev/null; then missing+=("$1"); fi
}
need chromium chromium "${CHROMIUM_PATH:-}"
need firefox-esr firefox-esr "${FIREFOX_PATH:-}"
need webkit2gtk-driver WebKitWebDriver "${WEBKIT_DRIVER_PATH:-}"
need xvfb Xvfb "${XVFB_PATH:-}"

if [ "${#missing[@]}" -gt 0 ]; then
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
