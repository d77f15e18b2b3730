//! The reliability plot of `torg eval`: how often a message is right, against how sure it looked.

use std::fmt::Write as _;

use language::eval::{Bin, Report};

/// Left and upper edge of the field, and its side, in the plot's own units.
const LEFT: f64 = 64.0;
const TOP: f64 = 56.0;
const SIDE: f64 = 360.0;
const WIDTH: f64 = 456.0;
const HEIGHT: f64 = 480.0;

/// Colours follow the reader's: dark on light, light on dark.
const STYLE: &str = "\
    text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-size:15px;font-weight:600}\
    .field{fill:#ffffff}.grid{stroke:#d0d7de}.axis{stroke:#57606a;fill:none}\
    .ideal{stroke:#57606a;stroke-dasharray:5 4}.bar{fill:#0969da;fill-opacity:.35}\
    .mean{fill:#0969da}.span{stroke:#0969da;stroke-width:1.5}.count{text-anchor:middle;font-size:11px}\
    .x{text-anchor:middle}.y{text-anchor:end}\
    @media (prefers-color-scheme: dark){text{fill:#e6edf3}.field{fill:#0d1117}.grid{stroke:#30363d}\
    .axis,.ideal{stroke:#8b949e}.bar,.mean{fill:#58a6ff}.span{stroke:#58a6ff}}";

/// Draws ten bins of probability: the share that is right with its 95 % interval, the mean
/// probability as a point, and the number of messages.
pub(super) fn reliability(report: &Report) -> String {
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"Reliability of the probabilities\">\n<style>{STYLE}</style>\n\
         <rect class=\"field\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\n\
         <text class=\"title\" x=\"{LEFT}\" y=\"24\">How sure, and how often right</text>\n\
         <text x=\"{LEFT}\" y=\"42\">{} messages · calibration error {:.3}</text>\n",
        report.lines, report.calibration_error
    );
    // Writing into a string cannot fail.
    let _ = grid(&mut out);
    for bin in report.bins.iter().filter(|bin| bin.accuracy.of > 0) {
        let _ = draw(&mut out, bin);
    }
    out.push_str("</svg>\n");
    out
}

fn x(value: f64) -> f64 {
    LEFT + value * SIDE
}

fn y(value: f64) -> f64 {
    TOP + (1.0 - value) * SIDE
}

fn grid(out: &mut String) -> std::fmt::Result {
    for tick in 0..=5_u8 {
        let value = f64::from(tick) / 5.0;
        let (across, up) = (x(value), y(value));
        writeln!(
            out,
            "<path class=\"grid\" d=\"M{LEFT} {up:.1}H{}M{across:.1} {TOP}V{}\"/>\
             <text class=\"x\" x=\"{across:.1}\" y=\"{}\">{value:.1}</text>\
             <text class=\"y\" x=\"{}\" y=\"{:.1}\">{value:.1}</text>",
            x(1.0),
            y(0.0),
            y(0.0) + 18.0,
            LEFT - 8.0,
            up + 4.0,
        )?;
    }
    writeln!(
        out,
        "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>\
         <path class=\"ideal\" d=\"M{LEFT} {bottom}L{right} {TOP}\"/>\
         <text class=\"x\" x=\"{}\" y=\"{}\">probability of the likeliest intent</text>\
         <text class=\"x\" transform=\"translate(20 {}) rotate(-90)\">share that is right</text>",
        x(0.5),
        y(0.0) + 40.0,
        y(0.5),
        bottom = y(0.0),
        right = x(1.0),
    )
}

fn draw(out: &mut String, bin: &Bin) -> std::fmt::Result {
    let right = bin.accuracy.share.unwrap_or_default();
    let middle = x(f64::midpoint(bin.from, bin.to));
    let across = x(bin.confidence.unwrap_or_default());
    writeln!(
        out,
        "<rect class=\"bar\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>\
         <path class=\"span\" d=\"M{across:.1} {:.1}V{:.1}\"/>\
         <circle class=\"mean\" cx=\"{across:.1}\" cy=\"{:.1}\" r=\"4\"/>\
         <text class=\"count\" x=\"{middle:.1}\" y=\"{:.1}\">{}</text>",
        x(bin.from) + 1.0,
        y(right),
        (bin.to - bin.from) * SIDE - 2.0,
        right * SIDE,
        y(bin.accuracy.low),
        y(bin.accuracy.high),
        y(right),
        y(0.0) - 6.0,
        bin.accuracy.of,
    )
}
